package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.eclipse.paho.mqttv5.common.packet.MqttPublish;
import org.eclipse.paho.mqttv5.common.packet.MqttWireMessage;
import org.junit.jupiter.api.Test;

class WireRepairTest {

  private static final byte[] PING = {(byte) 0xD0, 0};

  @Test
  void shouldPassGoodPacketsUnchanged() throws Exception {
    // Given
    byte[] packets = concat(publish(0x32, "a/b", "c", "hello"), PING, publish(0x30, "x", "", ""));

    // When, Then
    assertThat(all(packets)).isEqualTo(packets);
  }

  @Test
  void shouldReplaceALongCorrelationByARefusalOnTheSamePacketIdentifier() throws Exception {
    // Given
    byte[] packets = concat(publish(0x32, "a/b", "c".repeat(40_000), "payload"), PING);

    // When
    byte[] repaired = all(packets);

    // Then
    MqttPublish refusal = paho(repaired, repaired.length - PING.length);
    assertThat(refusal.getTopicName()).isEqualTo("a/b");
    assertThat(refusal.getMessageId()).isEqualTo(7);
    assertThat(refusal.getMessage().getPayload()).isEmpty();
    assertThat(refusal.getProperties().getResponseTopic()).isEqualTo("reply/here");
    assertThat(refusal.getProperties().getUserProperties().get(0).getKey())
        .isEqualTo(PublishFrame.REFUSED);
    assertThat(repaired).endsWith(PING);
  }

  @Test
  void shouldReplaceATopicThatPahoCannotRead() throws Exception {
    // When
    byte[] repaired = all(concat(publish(0x32, "a/\u0001", "c", "payload"), PING));

    // Then
    MqttPublish refusal = paho(repaired, repaired.length - PING.length);
    assertThat(refusal.getTopicName()).isEqualTo("unreadable");
    assertThat(refusal.getMessageId()).isEqualTo(7);
  }

  @Test
  void shouldMarkRedeliveredMessages() throws Exception {
    // When
    byte[] repaired = all(publish(0x3A, "a/b", "c", "hello"));

    // Then
    MqttPublish publish = paho(repaired, repaired.length);
    assertThat(publish.getMessage().getPayload())
        .isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
    assertThat(publish.getProperties().getUserProperties().get(0).getKey())
        .isEqualTo(PublishFrame.REDELIVERED);
  }

  @Test
  void shouldTakeTopicAliasesAndLargeWindowsOutOfTheConnack() throws Exception {
    // Given
    byte[] connack = {0x20, 14, 0, 0, 11, 0x22, 0, 10, 0x21, -1, -1, 0x27, 0, 16, 0, 0};
    WireRepair.Facts facts = new WireRepair.Facts();

    // When
    byte[] repaired = new WireRepair(new ByteArrayInputStream(connack), facts).readAllBytes();

    // Then
    assertThat(repaired).containsExactly(0x20, 11, 0, 0, 8, 0x21, 0x7F, -1, 0x27, 0, 16, 0, 0);
    assertThat(facts.limits).isEqualTo(new ConnackFrame.Limits(65_535, 1_048_576));
  }

  @Test
  void shouldNotLoseAByteToTimeoutsWithinAPacket() throws Exception {
    // Given: one byte at a time, with a timeout before each
    byte[] packets =
        concat(publish(0x32, "a/b", "c".repeat(40_000), "x"), publish(0x32, "t", "c", "y"));
    InputStream slow = new StutteringStream(packets);
    WireRepair repair = new WireRepair(slow, new WireRepair.Facts());

    // When
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    int next = 0;
    while (next >= 0) {
      try {
        next = repair.read();
        if (next >= 0) {
          seen.write(next);
        }
      } catch (SocketTimeoutException e) {
        continue;
      }
    }

    // Then
    assertThat(seen.toByteArray()).isEqualTo(all(packets));
  }

  @Test
  void shouldOnlyEverFailWithAnIoExceptionOnMutatedPackets() throws Exception {
    // Given
    byte[] good =
        concat(
            new byte[] {0x20, 6, 0, 0, 3, 0x21, 0, 20},
            publish(0x3A, "topic/one", "corr", "payload"),
            publish(0x30, "t", "c".repeat(33_000), "p"));
    Random random = new Random(7);

    for (int i = 0; i < 3_000; i++) {
      // When
      byte[] mutated = good.clone();
      for (int m = 0; m <= random.nextInt(4); m++) {
        mutated[random.nextInt(random.nextBoolean() ? 64 : mutated.length)] =
            (byte) random.nextInt(256);
      }

      // Then
      try {
        assertThat(all(mutated).length).isLessThan(2 * good.length);
      } catch (IOException e) {
        assertThat(e).isNotNull();
      }
    }
  }

  private static byte[] all(byte[] packets) throws IOException {
    return new WireRepair(new ByteArrayInputStream(packets), new WireRepair.Facts()).readAllBytes();
  }

  private static MqttPublish paho(byte[] bytes, int length) throws Exception {
    return (MqttPublish) MqttWireMessage.createWireMessage(java.util.Arrays.copyOf(bytes, length));
  }

  private static byte[] publish(int first, String topic, String correlation, String payload) {
    ByteArrayOutputStream properties = new ByteArrayOutputStream();
    properties.write(Wire.RESPONSE_TOPIC);
    Wire.writeText(properties, "reply/here");
    properties.write(Wire.CORRELATION_DATA);
    Wire.writeText(properties, correlation);
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    Wire.writeText(rest, topic);
    if ((first & 0x06) != 0) {
      Wire.writeUint16(rest, 7);
    }
    Wire.writeVarInt(rest, properties.size());
    rest.writeBytes(properties.toByteArray());
    rest.writeBytes(payload.getBytes(StandardCharsets.UTF_8));
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    packet.write(first);
    Wire.writeVarInt(packet, rest.size());
    packet.writeBytes(rest.toByteArray());
    return packet.toByteArray();
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /** Times out before every byte. */
  private static final class StutteringStream extends InputStream {
    private final byte[] bytes;
    private int position;
    private boolean timedOut;

    StutteringStream(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException("reads whole arrays only");
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      timedOut = !timedOut;
      if (timedOut) {
        throw new SocketTimeoutException();
      }
      if (position == bytes.length) {
        return -1;
      }
      target[offset] = bytes[position++];
      return 1;
    }
  }
}
