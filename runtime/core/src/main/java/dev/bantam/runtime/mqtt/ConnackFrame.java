package dev.bantam.runtime.mqtt;

import java.io.ByteArrayOutputStream;

/**
 * A CONNACK as Paho 1.2.5 can use it. Without Topic Alias Maximum, for Paho's automatic aliases
 * misroute messages and loop after a broker's restart; with a Receive Maximum of at most 32,767,
 * for Paho reads 65,535 as -1 and then refuses every publish.
 *
 * @param bytes the packet for Paho
 * @param limits what the broker really said
 */
record ConnackFrame(byte[] bytes, Limits limits) {

  private static final int PAHO_RECEIVE_MAXIMUM = 32_767;

  /**
   * The broker's limits for what we send.
   *
   * @param receiveMaximum QoS 1 publishes that may be unacknowledged, 1 to 65,535
   * @param maximumPacketSize largest packet in bytes
   */
  record Limits(int receiveMaximum, long maximumPacketSize) {
    static final Limits NONE = new Limits(65_535, 268_435_460L);
  }

  /**
   * @param packet a whole CONNACK
   * @param body where its variable header starts
   */
  static ConnackFrame repair(byte[] packet, int body) {
    try {
      return rewrite(packet, body);
    } catch (IndexOutOfBoundsException e) {
      return new ConnackFrame(packet, Limits.NONE);
    }
  }

  private static ConnackFrame rewrite(byte[] packet, int body) {
    int at = body + 2;
    if (at >= packet.length) {
      return new ConnackFrame(packet, Limits.NONE);
    }
    at += Wire.varIntLength(packet, at);
    int receiveMaximum = Limits.NONE.receiveMaximum();
    long maximumPacketSize = Limits.NONE.maximumPacketSize();
    ByteArrayOutputStream properties = new ByteArrayOutputStream();
    while (at < packet.length) {
      int identifier = packet[at];
      int length = Wire.valueLength(packet, identifier, at + 1);
      if (length < 0) {
        return new ConnackFrame(packet, Limits.NONE);
      }
      if (identifier == Wire.RECEIVE_MAXIMUM) {
        receiveMaximum = Math.max(1, Wire.uint16(packet, at + 1));
        properties.write(Wire.RECEIVE_MAXIMUM);
        Wire.writeUint16(properties, Math.min(receiveMaximum, PAHO_RECEIVE_MAXIMUM));
      } else if (identifier != Wire.TOPIC_ALIAS_MAXIMUM) {
        properties.write(packet, at, 1 + length);
      }
      if (identifier == Wire.MAXIMUM_PACKET_SIZE) {
        maximumPacketSize = Wire.uint32(packet, at + 1);
      }
      at += 1 + length;
    }
    return new ConnackFrame(
        assemble(packet, body, properties), new Limits(receiveMaximum, maximumPacketSize));
  }

  private static byte[] assemble(byte[] packet, int body, ByteArrayOutputStream properties) {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    rest.write(packet, body, 2);
    Wire.writeVarInt(rest, properties.size());
    rest.writeBytes(properties.toByteArray());
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.write(packet[0]);
    Wire.writeVarInt(whole, rest.size());
    whole.writeBytes(rest.toByteArray());
    return whole.toByteArray();
  }
}
