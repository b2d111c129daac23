package dev.bantam.runtime.mqtt;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.MqttWireMessage;

/**
 * The head of a PUBLISH (fixed header, topic, packet identifier, properties) as Paho 1.2.5 can read
 * it. A head that Paho's parser fails on is replaced by that of an empty message with the user
 * property {@link #REFUSED}, same topic, quality of service and packet identifier: the gateway
 * refuses, counts and acknowledges it like any other bad request. A redelivered message, which Paho
 * does not tell apart, gets the user property {@link #REDELIVERED}.
 *
 * @param head the bytes for Paho
 * @param keepsPayload false if the original payload is to be skipped
 */
record PublishFrame(byte[] head, boolean keepsPayload) {

  /** Why a message cannot be read; the property's value is a sentence. */
  static final String REFUSED = "bantam-refused";

  /** Set too where the Payload Format Indicator is neither 0 nor 1; the value is the indicator. */
  static final String REFUSED_FORMAT = "bantam-refused-format";

  /** Set on a message that the broker sends again (its DUP flag). */
  static final String REDELIVERED = "bantam-redelivered";

  private static final int DUP_FLAG = 0x08;
  private static final int PAHO_BINARY_LIMIT = 32_767;
  private static final String UNREADABLE_TOPIC = "unreadable";

  /**
   * @param packet the packet up to the end of its properties
   * @param body where the topic starts
   * @param payloadLength bytes that follow {@code packet}
   */
  static PublishFrame repair(byte[] packet, int body, int payloadLength) {
    Parts parts = Parts.of(packet, body);
    if (parts.badFormat().isEmpty() && pahoReads(parts.assemble(parts.properties(), 0))) {
      boolean redelivered = (packet[0] & DUP_FLAG) != 0;
      return redelivered
          ? new PublishFrame(parts.assemble(parts.markRedelivered(), payloadLength), true)
          : new PublishFrame(packet, true);
    }
    return new PublishFrame(refusal(parts), false);
  }

  private static byte[] refusal(Parts parts) {
    ByteArrayOutputStream answerable = new ByteArrayOutputStream();
    parts.property(Wire.RESPONSE_TOPIC).ifPresent(answerable::writeBytes);
    if (parts.badFormat().isPresent()) {
      parts.property(Wire.CORRELATION_DATA).ifPresent(answerable::writeBytes);
    }
    byte[] whole = parts.assemble(refusedProperties(parts, answerable.toByteArray()), 0);
    if (pahoReads(whole)) {
      return whole;
    }
    byte[] reasonOnly = refusedProperties(parts, new byte[0]);
    byte[] silent = parts.assemble(reasonOnly, 0);
    return pahoReads(silent) ? silent : parts.withTopic(UNREADABLE_TOPIC).assemble(reasonOnly, 0);
  }

  private static String reason(Parts parts) {
    if (parts.badFormat().isPresent()) {
      return "the payload format indicator is %d; it must be 0 or 1"
          .formatted(parts.badFormat().get());
    }
    int correlation = parts.property(Wire.CORRELATION_DATA).map(p -> p.length - 3).orElse(0);
    return correlation > PAHO_BINARY_LIMIT
        ? "the correlation data has %d bytes; at most %d are taken"
            .formatted(correlation, InboundMessage.MAX_CORRELATION_BYTES)
        : "the message's topic or properties hold characters that cannot be read; use plain UTF-8 without control characters";
  }

  private static byte[] refusedProperties(Parts parts, byte[] answerable) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(answerable);
    Wire.writeUserProperty(out, REFUSED, reason(parts));
    parts.badFormat().ifPresent(f -> Wire.writeUserProperty(out, REFUSED_FORMAT, "" + f));
    return out.toByteArray();
  }

  /**
   * Paho's own verdict: its parser throws all kinds of exceptions, of which most end its thread.
   */
  private static boolean pahoReads(byte[] packetWithoutPayload) {
    try {
      MqttWireMessage.createWireMessage(packetWithoutPayload);
      return true;
    } catch (MqttException | RuntimeException e) {
      return false;
    }
  }

  /**
   * A PUBLISH taken apart.
   *
   * @param identifier the packet identifier's bytes, none at QoS 0
   */
  private record Parts(byte first, byte[] topic, byte[] identifier, byte[] properties) {

    static Parts of(byte[] packet, int body) {
      int topicEnd = body + 2 + Wire.uint16(packet, body);
      int identifierEnd = topicEnd + ((packet[0] & 0x06) == 0 ? 0 : 2);
      int properties = identifierEnd + Wire.varIntLength(packet, identifierEnd);
      return new Parts(
          packet[0],
          Arrays.copyOfRange(packet, body + 2, topicEnd),
          Arrays.copyOfRange(packet, topicEnd, identifierEnd),
          Arrays.copyOfRange(packet, properties, packet.length));
    }

    Parts withTopic(String other) {
      return new Parts(first, other.getBytes(StandardCharsets.UTF_8), identifier, properties);
    }

    byte[] markRedelivered() {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.writeBytes(properties);
      Wire.writeUserProperty(out, REDELIVERED, "true");
      return out.toByteArray();
    }

    /** A property with its identifier, as it stands in the packet. */
    Optional<byte[]> property(int wanted) {
      try {
        int at = 0;
        while (at < properties.length) {
          int length = Wire.valueLength(properties, properties[at], at + 1);
          if (length < 0) {
            return Optional.empty();
          }
          if (properties[at] == wanted) {
            return Optional.of(Arrays.copyOfRange(properties, at, at + 1 + length));
          }
          at += 1 + length;
        }
      } catch (IndexOutOfBoundsException e) {
        return Optional.empty();
      }
      return Optional.empty();
    }

    /** A Payload Format Indicator that is neither 0 nor 1; Paho takes any for a 1. */
    Optional<Integer> badFormat() {
      return property(Wire.PAYLOAD_FORMAT).map(p -> p[1] & 0xFF).filter(value -> value > 1);
    }

    /** The head with other properties, for a payload of that many bytes. */
    byte[] assemble(byte[] otherProperties, int payloadLength) {
      ByteArrayOutputStream rest = new ByteArrayOutputStream();
      Wire.writeUint16(rest, topic.length);
      rest.writeBytes(topic);
      rest.writeBytes(identifier);
      Wire.writeVarInt(rest, otherProperties.length);
      rest.writeBytes(otherProperties);
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      whole.write(first);
      Wire.writeVarInt(whole, rest.size() + payloadLength);
      whole.writeBytes(rest.toByteArray());
      return whole.toByteArray();
    }
  }
}
