package dev.bantam.simulator.client;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.vertx.core.buffer.Buffer;
import java.util.function.IntConsumer;

/**
 * A message to be sent.
 *
 * @param qos 0, 1 or 2
 * @param properties of MQTT 5; not sent over MQTT 3.1.1
 * @param ended is told once, of a message whose QoS is not 0, what the broker said: the reason code
 *     of MQTT 5, or {@link #TAKEN}
 */
public record Outgoing(
    String topic,
    Buffer payload,
    int qos,
    boolean retain,
    MqttProperties properties,
    IntConsumer ended) {

  /** The broker has it. */
  public static final int TAKEN = 0;

  /** The broker has it and nobody to give it to. */
  public static final int NOBODY_LISTENS = 0x10;

  /** From here on the broker has refused it. */
  public static final int REFUSED = 0x80;
}
