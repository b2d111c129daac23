package dev.bantam.broker;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Builds an MQTT 5 property list byte by byte, valid or not. */
final class Props {

  static final int SESSION_EXPIRY = 0x11;
  static final int MESSAGE_EXPIRY = 0x02;
  static final int RECEIVE_MAXIMUM = 0x21;
  static final int MAXIMUM_PACKET_SIZE = 0x27;
  static final int TOPIC_ALIAS = 0x23;
  static final int RESPONSE_TOPIC = 0x08;
  static final int CORRELATION_DATA = 0x09;
  static final int CONTENT_TYPE = 0x03;
  static final int SUBSCRIPTION_ID = 0x0B;
  static final int WILL_DELAY = 0x18;
  static final int AUTH_METHOD = 0x15;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  static Props none() {
    return new Props();
  }

  Props u8(int id, int value) {
    out.write(id);
    out.write(value);
    return this;
  }

  Props u16(int id, int value) {
    out.write(id);
    out.write(value >> 8);
    out.write(value);
    return this;
  }

  Props u32(int id, long value) {
    out.write(id);
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.write((int) (value >> shift));
    }
    return this;
  }

  Props variable(int id, int value) {
    out.write(id);
    out.writeBytes(RawClient.variableInteger(value));
    return this;
  }

  Props text(int id, String value) {
    return binary(id, value.getBytes(StandardCharsets.UTF_8));
  }

  Props binary(int id, byte[] value) {
    out.write(id);
    out.writeBytes(RawClient.field(value));
    return this;
  }

  Props user(String key, String value) {
    out.write(0x26);
    out.writeBytes(RawClient.text(key));
    out.writeBytes(RawClient.text(value));
    return this;
  }

  /** With the length in front. */
  byte[] encoded() {
    return RawClient.join(RawClient.variableInteger(out.size()), out.toByteArray());
  }
}
