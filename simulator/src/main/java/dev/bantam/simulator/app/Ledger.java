package dev.bantam.simulator.app;

import dev.bantam.simulator.schedule.Request;
import dev.bantam.simulator.schedule.Request.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The account of an application's requests: each is entered once and ends once. Confined to one
 * thread.
 */
final class Ledger {

  private static final String EXPIRED = "expired";

  private final Map<String, Entry> open = new HashMap<>();
  private final Map<Kind, RequestCounts> counts = new EnumMap<>(Kind.class);
  private final Map<String, Long> failures = new TreeMap<>();
  private final Set<String> repeated = new HashSet<>();
  private final Set<String> givenUp = new HashSet<>();
  private final Latencies latencies = new Latencies();
  private final Latencies firstPieces = new Latencies();
  private long extraAnswers;
  private long lateAnswers;
  private long overtakenAnswers;
  private int lastAnswered = -1;
  private long outOfOrder;

  /** A request that waits. */
  private static final class Entry {
    final Kind kind;
    final int number;
    final long fromNanos;
    final Promise<Void> ended = Promise.promise();
    int nextPiece;

    Entry(Kind kind, int number, long fromNanos) {
      this.kind = kind;
      this.number = number;
      this.fromNanos = fromNanos;
    }
  }

  /**
   * Enters a request.
   *
   * @param fromNanos what its latency is counted from, by {@code System.nanoTime}
   * @return completes when it has ended, however
   */
  Future<Void> enter(Request request, long fromNanos) {
    Entry entry = new Entry(request.kind(), request.number(), fromNanos);
    open.put(request.key(), entry);
    if (request.twice()) {
      repeated.add(request.key());
    }
    count(request.kind(), new RequestCounts(1, 0, 0, 0, 0));
    return entry.ended.future();
  }

  /** Whether a request has not ended. */
  boolean isOpen(String key) {
    return open.containsKey(key);
  }

  /** A request is sent once more, and may be answered twice. */
  void sentAgain(String key) {
    repeated.add(key);
  }

  /** Takes in what came for a request. */
  void reply(Reply reply) {
    Entry entry = open.get(reply.key());
    if (reply.content() instanceof Reply.Content.Piece piece) {
      if (entry != null && !reply.again()) {
        piece(entry, piece);
      }
    } else if (entry == null) {
      further(reply);
    } else if (reply.content() instanceof Reply.Content.Failure failure) {
      fail(reply.key(), failure.code());
    } else {
      latencies.add(System.nanoTime() - entry.fromNanos);
      overtakenAnswers += entry.number < lastAnswered ? 1 : 0;
      lastAnswered = Math.max(lastAnswered, entry.number);
      end(reply.key(), new RequestCounts(0, 1, 0, 0, 0));
    }
  }

  /** Pieces may be left out, but must not go back. */
  private void piece(Entry entry, Reply.Content.Piece piece) {
    if (entry.nextPiece == 0) {
      firstPieces.add(System.nanoTime() - entry.fromNanos);
    }
    int index = piece.index().orElse(entry.nextPiece);
    if (index < entry.nextPiece) {
      outOfOrder++;
    }
    entry.nextPiece = Math.max(entry.nextPiece, index + 1);
  }

  private void further(Reply reply) {
    if (givenUp.contains(reply.key())) {
      lateAnswers++;
    } else if (!repeated.contains(reply.key()) && !reply.again()) {
      extraAnswers++;
    }
  }

  /** The request was refused, or its deadline has passed. */
  void fail(String key, String code) {
    if (open.containsKey(key)) {
      failures.merge(code, 1L, Long::sum);
      boolean expired = code.equals(EXPIRED);
      end(key, new RequestCounts(0, 0, expired ? 0 : 1, expired ? 1 : 0, 0));
    }
  }

  /** Nobody waits for it any more. */
  void giveUp(String key) {
    if (open.containsKey(key)) {
      givenUp.add(key);
      end(key, new RequestCounts(0, 0, 0, 0, 1));
    }
  }

  /** Nobody waits for any of them any more. */
  void giveUpAll() {
    Set.copyOf(open.keySet()).forEach(this::giveUp);
  }

  private void end(String key, RequestCounts outcome) {
    Entry entry = open.remove(key);
    if (entry != null) {
      count(entry.kind, outcome);
      entry.ended.complete();
    }
  }

  private void count(Kind kind, RequestCounts more) {
    counts.merge(kind, more, RequestCounts::plus);
  }

  /** What it comes to so far. */
  ApplicationReport report(String application) {
    return new ApplicationReport(
        application,
        counts,
        failures,
        latencies.figures(),
        firstPieces.figures(),
        extraAnswers,
        lateAnswers,
        overtakenAnswers,
        outOfOrder);
  }

  RequestCounts total() {
    return counts.values().stream().reduce(RequestCounts.NONE, RequestCounts::plus);
  }

  Latencies latencies() {
    return latencies;
  }
}
