package dev.bantam.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.Test;

/** Clients that people use: Paho and the mosquitto commands. */
class OrdinaryClientsIT {

  @Test
  void shouldAnswerMosquittoRr() throws Exception {
    try (BrokerHarness harness = new BrokerHarness(BrokerOptions.defaults())) {
      // Given an answering client
      RawClient answering = harness.client("answering", Props.none());
      answering.subscribed("ask", 1);
      Process rr =
          new ProcessBuilder(
                  "mosquitto_rr",
                  "-V",
                  "5",
                  "-h",
                  "127.0.0.1",
                  "-p",
                  "" + harness.port(),
                  "-t",
                  "ask",
                  "-e",
                  "answer",
                  "-m",
                  "ping",
                  "-W",
                  "10")
              .redirectErrorStream(true)
              .start();
      // When
      Packet request = answering.expect(Packet.PUBLISH);
      answering.publish0(request.properties().get(Props.RESPONSE_TOPIC), "pong");
      // Then
      String output = new String(rr.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(output.trim()).isEqualTo("pong");
      assertThat(rr.waitFor()).isZero();
    }
  }

  @Test
  void shouldServePahoWithEveryQos() throws Exception {
    try (BrokerHarness harness = new BrokerHarness(BrokerOptions.defaults())) {
      BlockingQueue<String> got = new LinkedBlockingQueue<>();
      MqttClient paho =
          new MqttClient("tcp://127.0.0.1:" + harness.port(), "paho", new MemoryPersistence());
      paho.setCallback(new PahoRecorder(got));
      paho.connect();
      paho.subscribe("t/#", 2);
      for (int qos = 0; qos <= 2; qos++) {
        MqttMessage message = new MqttMessage(("qos " + qos).getBytes(StandardCharsets.UTF_8));
        message.setQos(qos);
        MqttProperties properties = new MqttProperties();
        properties.setResponseTopic("r");
        message.setProperties(properties);
        paho.publish("t/" + qos, message);
        assertThat(got.poll(5, TimeUnit.SECONDS)).isEqualTo("qos " + qos + " -> r");
      }
      paho.disconnect();
      paho.close();
    }
  }
}
