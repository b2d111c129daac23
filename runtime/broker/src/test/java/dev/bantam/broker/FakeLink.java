package dev.bantam.broker;

import io.netty.handler.codec.mqtt.MqttProperties;
import java.util.ArrayList;
import java.util.List;

/** A client that only writes down what it is sent: {@code 1:text}, with {@code dup} where set. */
final class FakeLink implements Link {

  final List<String> sent = new ArrayList<>();
  boolean room = true;

  @Override
  public boolean hasRoom() {
    return room;
  }

  @Override
  public boolean fits(Delivery delivery, MqttProperties properties) {
    return delivery.message().payload().length() <= 100;
  }

  @Override
  public void publish(
      Delivery delivery, int packetId, boolean dup, MqttProperties properties, Runnable written) {
    sent.add(packetId + ":" + delivery.message().payload() + (dup ? " dup" : ""));
    if (delivery.qos() == 0) {
      written.run();
    }
  }

  @Override
  public void release(int packetId, boolean known) {
    sent.add("release " + packetId + (known ? "" : " unknown"));
  }

  /** What was sent since the last look. */
  List<String> look() {
    List<String> seen = List.copyOf(sent);
    sent.clear();
    return seen;
  }
}
