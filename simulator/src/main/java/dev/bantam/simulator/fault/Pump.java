package dev.bantam.simulator.fault;

import dev.bantam.simulator.fault.LinkState.Direction;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Carries the bytes of one connection in one direction, as late and as slowly as its link's state
 * has it. Nothing is lost or reordered: TCP would see to that, too. For one context.
 */
final class Pump {

  private static final int MOST_QUEUED = 64 * 1024;
  private static final int PIECES_A_SECOND = 20;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final long NANOS_PER_MILLI = 1_000_000L;

  private record Piece(Buffer bytes, long dueNanos) {}

  private final Vertx vertx;
  private final NetSocket source;
  private final NetSocket sink;
  private final Direction direction;
  private final LinkState state;
  private final Random random;
  private final Deque<Piece> queue = new ArrayDeque<>();
  private long lastDue = System.nanoTime();
  private int queued;
  private boolean paused;
  private boolean ended;
  private boolean closed;
  private long timer = -1;
  private Runnable over = () -> {};

  Pump(
      Vertx vertx,
      NetSocket source,
      NetSocket sink,
      Direction direction,
      LinkState state,
      Random random) {
    this.vertx = vertx;
    this.source = source;
    this.sink = sink;
    this.direction = direction;
    this.state = state;
    this.random = random;
  }

  /**
   * Begins; the source must be paused until then.
   *
   * @param over run once all that came has gone out and the source is closed
   */
  void start(Runnable over) {
    this.over = over;
    source.handler(this::received);
    source.exceptionHandler(e -> {});
    source.closeHandler(
        nothing -> {
          ended = true;
          flush();
        });
    source.resume();
  }

  private void received(Buffer bytes) {
    int rate = state.rate(direction);
    int size = rate == 0 ? bytes.length() : Math.max(1, rate / PIECES_A_SECOND);
    for (int from = 0; from < bytes.length(); from += size) {
      add(bytes.slice(from, Math.min(bytes.length(), from + size)), rate);
    }
    queued += bytes.length();
    if (queued > MOST_QUEUED && !paused) {
      paused = true;
      source.pause();
    }
    flush();
  }

  private void add(Buffer bytes, int rate) {
    long due = Math.max(lastDue, System.nanoTime() + state.delayNanos());
    due += state.stallNanos(random.nextDouble());
    if (rate > 0) {
      due += bytes.length() * NANOS_PER_SECOND / rate;
    }
    lastDue = due;
    queue.add(new Piece(bytes, due));
  }

  /** The link's state has changed: what waits goes by the new one. */
  void changed() {
    Deque<Piece> waiting = new ArrayDeque<>(queue);
    queue.clear();
    lastDue = System.nanoTime();
    int rate = state.rate(direction);
    waiting.forEach(piece -> add(piece.bytes(), rate));
    flush();
  }

  private void flush() {
    if (timer != -1) {
      vertx.cancelTimer(timer);
      timer = -1;
    }
    if (state.isCut() || closed) {
      return;
    }
    Piece next = queue.peek();
    while (next != null && next.dueNanos() - System.nanoTime() <= 0 && !sink.writeQueueFull()) {
      queue.remove();
      queued -= next.bytes().length();
      sink.write(next.bytes());
      next = queue.peek();
    }
    if (paused && queued < MOST_QUEUED / 2) {
      paused = false;
      source.resume();
    }
    later(next);
  }

  private void later(@Nullable Piece next) {
    if (next == null) {
      if (ended) {
        closed = true;
        sink.close();
        over.run();
      }
    } else if (sink.writeQueueFull()) {
      sink.drainHandler(nothing -> flush());
    } else {
      long millis = (next.dueNanos() - System.nanoTime()) / NANOS_PER_MILLI + 1;
      timer =
          vertx.setTimer(
              Math.max(1, millis),
              fired -> {
                timer = -1;
                flush();
              });
    }
  }
}
