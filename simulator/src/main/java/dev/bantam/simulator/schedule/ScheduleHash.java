package dev.bantam.simulator.schedule;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 over messages, requests, faults and their times: of each its time, QoS (of a request 255,
 * of a fault 254, of a swap 253), retain flag (of a request whether it is sent twice), then topic
 * (of a request the task, of a fault its kind, of a swap the model) and payload (of a fault or swap
 * all that it is) with their lengths. What follows from a message is not taken in. Confined to one
 * thread.
 */
public final class ScheduleHash {

  private static final int ASKED = 255;
  private static final int WRONG = 254;
  private static final int WISHED = 253;

  private final MessageDigest digest = sha256();
  private final ByteBuffer head = ByteBuffer.allocate(Long.BYTES + 2 + 2 * Integer.BYTES);

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Takes in the next event. */
  public void add(Event event) {
    if (event instanceof Publication publication) {
      add(
          publication.atNanos(),
          publication.qos(),
          publication.retain(),
          publication.topic(),
          publication.payload());
    } else if (event instanceof Request request && request.about().isEmpty()) {
      add(request.atNanos(), ASKED, request.twice(), request.task(), request.body());
    } else if (event instanceof Fault fault) {
      byte[] line = fault.line().getBytes(StandardCharsets.UTF_8);
      add(fault.atNanos(), WRONG, false, fault.kind().key(), line);
    } else if (event instanceof Wish wish) {
      byte[] line = wish.line().getBytes(StandardCharsets.UTF_8);
      add(wish.atNanos(), WISHED, false, wish.model(), line);
    }
  }

  private void add(long atNanos, int how, boolean flag, String name, byte[] content) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    head.clear();
    head.putLong(atNanos).put((byte) how).put((byte) (flag ? 1 : 0));
    head.putInt(text.length).putInt(content.length);
    digest.update(head.flip());
    digest.update(text);
    digest.update(content);
  }

  /** The hash of all that was taken in, in hexadecimal. Ends it. */
  public String finish() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
