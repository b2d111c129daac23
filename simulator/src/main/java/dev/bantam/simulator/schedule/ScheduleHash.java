package dev.bantam.simulator.schedule;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 over messages and their times: of each its time, QoS and retain flag, then topic and
 * payload with their lengths. Confined to one thread.
 */
public final class ScheduleHash {

  private final MessageDigest digest = sha256();
  private final ByteBuffer head = ByteBuffer.allocate(Long.BYTES + 2 + 2 * Integer.BYTES);

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Takes in the next message. */
  public void add(Publication publication) {
    byte[] topic = publication.topic().getBytes(StandardCharsets.UTF_8);
    head.clear();
    head.putLong(publication.atNanos());
    head.put((byte) publication.qos()).put((byte) (publication.retain() ? 1 : 0));
    head.putInt(topic.length).putInt(publication.payload().length);
    digest.update(head.flip());
    digest.update(topic);
    digest.update(publication.payload());
  }

  /** The hash of all that was taken in, in hexadecimal. Ends it. */
  public String finish() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
