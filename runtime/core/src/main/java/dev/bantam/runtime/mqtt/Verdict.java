package dev.bantam.runtime.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Why a broker refuses or ends a connection, read from the CONNACK or DISCONNECT itself: Paho 1.2.5
 * does not know all reason codes, and its thread ends over reason strings that it does not like.
 *
 * @param refused whether it was a CONNACK
 * @param code the reason code
 * @param reason the Reason String
 * @param serverReference another broker to use
 */
record Verdict(
    boolean refused, int code, Optional<String> reason, Optional<String> serverReference) {

  /**
   * @param packet a whole CONNACK or DISCONNECT
   * @param code where its reason code is, behind the end if it has none
   */
  static Verdict of(byte[] packet, int code, boolean refused) {
    if (code >= packet.length) {
      return new Verdict(refused, 0, Optional.empty(), Optional.empty());
    }
    return new Verdict(
        refused,
        packet[code] & 0xFF,
        text(packet, code + 1, Wire.REASON_STRING),
        text(packet, code + 1, Wire.SERVER_REFERENCE));
  }

  private static Optional<String> text(byte[] packet, int properties, int wanted) {
    try {
      int at = properties + Wire.varIntLength(packet, properties);
      while (at < packet.length) {
        int length = Wire.valueLength(packet, packet[at], at + 1);
        if (length < 0) {
          return Optional.empty();
        }
        if (packet[at] == wanted) {
          return Optional.of(new String(packet, at + 3, length - 2, StandardCharsets.UTF_8));
        }
        at += 1 + length;
      }
    } catch (IndexOutOfBoundsException malformed) {
      return Optional.empty();
    }
    return Optional.empty();
  }
}
