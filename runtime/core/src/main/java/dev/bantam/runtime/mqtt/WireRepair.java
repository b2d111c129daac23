package dev.bantam.runtime.mqtt;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the socket and Paho 1.2.5 and repairs the packets that Paho cannot stand:
 *
 * <ul>
 *   <li>a PUBLISH that Paho's parser fails on (correlation data over 32,767 bytes, characters it
 *       does not like) would end its receiving thread, again at each redelivery: {@link
 *       PublishFrame} puts a small refusable message in its place;
 *   <li>a CONNACK or DISCONNECT with a reason is read here, see {@link Verdict};
 *   <li>a CONNACK that offers topic aliases or a Receive Maximum over 32,767: see {@link
 *       ConnackFrame}.
 * </ul>
 *
 * All else passes unchanged. A packet's head is handed out only once it is complete, so a read
 * timeout never splits it; its payload is never held here.
 */
final class WireRepair extends FilterInputStream {

  /** What this stream has seen; read by other threads. */
  static final class Facts {
    volatile @Nullable Thread connecting;
    volatile boolean wrote;
    volatile @Nullable Thread reader;
    volatile ConnackFrame.@Nullable Limits limits;
    volatile @Nullable Verdict verdict;
    volatile @Nullable IOException failure;
  }

  private static final int CONNACK = 2;
  private static final int PUBLISH = 3;
  private static final int DISCONNECT = 14;
  private static final int MAX_CONNACK_BYTES = 256 * 1024;

  private final Facts facts;
  private final long outlastNanos;
  private byte[] head = new byte[512];
  private int headLength;
  private byte[] ready = new byte[0];
  private int readyPosition;
  private int passThrough;
  private int skip;
  private long readingSince;

  WireRepair(InputStream in, Facts facts) {
    this(in, facts, 0);
  }

  /**
   * @param outlastNanos how long the reading thread lives at least
   */
  WireRepair(InputStream in, Facts facts, long outlastNanos) {
    super(in);
    this.facts = facts;
    this.outlastNanos = outlastNanos;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    int count = read(one, 0, 1);
    return count < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (facts.reader == null) {
      readingSince = System.nanoTime();
    }
    facts.reader = Thread.currentThread();
    try {
      int count = next(target, offset, length);
      if (count < 0) {
        outlastStart();
      }
      return count;
    } catch (IOException e) {
      facts.failure = e;
      outlastStart();
      throw e;
    }
  }

  /**
   * Paho's connecting thread starts others, looks every 100 ms whether they have, and looks for
   * ever if one has started and ended in between; then it sends CONNECT. So what comes before that,
   * an end of the connection or a packet too early, is told a little later.
   */
  private void outlastStart() {
    if (facts.wrote) {
      return;
    }
    long left = outlastNanos - (System.nanoTime() - readingSince);
    if (left > 0) {
      try {
        TimeUnit.NANOSECONDS.sleep(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private int next(byte[] target, int offset, int length) throws IOException {
    if (readyPosition == ready.length && passThrough == 0) {
      try {
        nextPacket();
      } catch (EOFException e) {
        return -1;
      }
    }
    if (readyPosition < ready.length) {
      int count = Math.min(length, ready.length - readyPosition);
      System.arraycopy(ready, readyPosition, target, offset, count);
      readyPosition += count;
      return count;
    }
    int count = in.read(target, offset, Math.min(length, passThrough));
    passThrough -= Math.max(count, 0);
    return count;
  }

  @Override
  public int available() {
    int own = ready.length - readyPosition;
    try {
      return own + (skip > 0 ? 0 : in.available());
    } catch (IOException toldByTheNextRead) {
      return own;
    }
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void nextPacket() throws IOException {
    while (skip > 0) {
      byte[] bin = new byte[Math.min(skip, 8192)];
      int count = in.read(bin);
      if (count < 0) {
        throw new EOFException();
      }
      skip -= count;
    }
    need(2);
    outlastStart();
    int lengthEnd = varIntEnd(1);
    int remaining = Wire.varInt(head, 1);
    int type = (head[0] & 0xF0) >> 4;
    int headEnd =
        type == PUBLISH
            ? publishHeadEnd(lengthEnd, remaining)
            : (type == CONNACK || type == DISCONNECT) && remaining <= MAX_CONNACK_BYTES
                ? lengthEnd + remaining
                : lengthEnd;
    need(headEnd);
    try {
      hand(type, lengthEnd, headEnd, remaining);
    } catch (IndexOutOfBoundsException e) {
      throw new IOException("the broker sent a malformed packet of type " + type, e);
    }
    headLength = 0;
  }

  private void hand(int type, int lengthEnd, int headEnd, int remaining) {
    byte[] bytes = Arrays.copyOf(head, headEnd);
    int rest = lengthEnd + remaining - headEnd;
    ready = bytes;
    passThrough = rest;
    if (type == CONNACK && rest == 0) {
      ConnackFrame connack = ConnackFrame.repair(bytes, lengthEnd);
      if (bytes.length > lengthEnd + 1 && (bytes[lengthEnd + 1] & 0x80) != 0) {
        facts.verdict = Verdict.of(bytes, lengthEnd + 1, true);
      }
      facts.limits = connack.limits();
      ready = connack.bytes();
    } else if (type == DISCONNECT && rest == 0) {
      facts.verdict = Verdict.of(bytes, lengthEnd, false);
    } else if (type == PUBLISH && headEnd > lengthEnd) {
      PublishFrame frame = PublishFrame.repair(bytes, lengthEnd, rest);
      ready = frame.head();
      passThrough = frame.keepsPayload() ? rest : 0;
      skip = frame.keepsPayload() ? 0 : rest;
    }
    readyPosition = 0;
  }

  /** The end of topic, packet identifier and properties; of the fixed header if they are broken. */
  private int publishHeadEnd(int lengthEnd, int remaining) throws IOException {
    int packetEnd = lengthEnd + remaining;
    int identifier = (head[0] & 0x06) == 0 ? 0 : 2;
    if (remaining < 3 + identifier) {
      return lengthEnd;
    }
    need(lengthEnd + 2);
    int properties = lengthEnd + 2 + Wire.uint16(head, lengthEnd) + identifier;
    if (properties >= packetEnd) {
      return lengthEnd;
    }
    need(properties + 1);
    int propertiesStart = varIntEnd(properties);
    int end = propertiesStart + Wire.varInt(head, properties);
    return end > packetEnd ? lengthEnd : end;
  }

  private int varIntEnd(int start) throws IOException {
    int end = start;
    do {
      need(end + 1);
      end++;
    } while ((head[end - 1] & 0x80) != 0 && end - start < Wire.MAX_VAR_INT_BYTES);
    return end;
  }

  /** Reads until the packet's first {@code count} bytes are here; keeps them over a timeout. */
  private void need(int count) throws IOException {
    if (head.length < count) {
      head = Arrays.copyOf(head, Math.max(count, head.length * 2));
    }
    while (headLength < count) {
      int read = in.read(head, headLength, count - headLength);
      if (read < 0) {
        throw new EOFException();
      }
      headLength += read;
    }
  }
}
