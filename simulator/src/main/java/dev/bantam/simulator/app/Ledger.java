package dev.bantam.simulator.app;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.simulator.client.TaskResult;
import dev.bantam.simulator.schedule.Request;
import dev.bantam.simulator.schedule.Request.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The account of an application's requests: each is entered once and ends once. Confined to one
 * thread.
 */
final class Ledger {

  private static final String EXPIRED = "expired";
  private static final String CANCELLED = "cancelled";
  private static final double NANOS_PER_MS = 1e6;

  /** Message expiry counts whole seconds, and brokers what is left of it. */
  private static final Duration EXPIRY_UNIT = Duration.ofSeconds(1);

  private static final ObjectMapper JSON = new ObjectMapper();

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
  private long refusedWithoutHint;
  private long overdueAnswers;
  private long wronglyCancelled;
  private final long deadlineNanos;
  private AnswerWatch watch = (request, body, from, now) -> {};
  private @Nullable RequestListener listener;

  /**
   * Before the first request.
   *
   * @param deadline that requests carry, if they carry one
   */
  Ledger(Optional<Duration> deadline) {
    this.deadlineNanos =
        deadline.map(time -> time.plus(EXPIRY_UNIT).toNanos()).orElse(Long.MAX_VALUE);
  }

  /** A request that waits. */
  private static final class Entry {
    final Request request;
    final long fromNanos;
    final Promise<Void> ended = Promise.promise();
    int nextPiece;
    double firstPieceMs = -1;

    Entry(Request request, long fromNanos) {
      this.request = request;
      this.fromNanos = fromNanos;
    }

    double elapsedMs() {
      return (System.nanoTime() - fromNanos) / NANOS_PER_MS;
    }
  }

  /** Tells somebody from now on. */
  void follow(RequestListener somebody) {
    listener = somebody;
  }

  /** Tells somebody of each answer from now on. */
  void watch(AnswerWatch somebody) {
    watch = somebody;
  }

  /**
   * Enters a request.
   *
   * @param fromNanos what its latency is counted from, by {@code System.nanoTime}
   * @return completes when it has ended, however
   */
  Future<Void> enter(Request request, long fromNanos) {
    Entry entry = new Entry(request, fromNanos);
    open.put(request.key(), entry);
    if (listener != null) {
      listener.asked(request);
    }
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
      fail(reply.key(), failure.code(), failure.body());
    } else if (reply.content() instanceof Reply.Content.Answer answer) {
      long now = System.nanoTime();
      latencies.add(now - entry.fromNanos);
      overdueAnswers += now - entry.fromNanos > deadlineNanos ? 1 : 0;
      watch.answered(entry.request, answer.body(), entry.fromNanos, now);
      int number = entry.request.number();
      overtakenAnswers += number < lastAnswered ? 1 : 0;
      lastAnswered = Math.max(lastAnswered, number);
      tellAnswer(entry, answer.body());
      end(reply.key(), new RequestCounts(0, 1, 0, 0, 0));
    }
  }

  private void tellAnswer(Entry entry, JsonNode body) {
    if (listener == null) {
      return;
    }
    if (entry.firstPieceMs < 0) {
      tellPiece(entry, body.path("text").asText());
    }
    tellEnd(entry, body);
  }

  private void tellPiece(Entry entry, String text) {
    if (listener != null) {
      entry.firstPieceMs = entry.firstPieceMs < 0 ? entry.elapsedMs() : entry.firstPieceMs;
      listener.text(entry.request, text);
    }
  }

  private void tellEnd(Entry entry, JsonNode body) {
    if (listener != null) {
      Map<String, Object> fields = JSON.convertValue(body, new TypeReference<>() {});
      listener.ended(entry.request, TaskResult.of(fields, entry.firstPieceMs, entry.elapsedMs()));
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
    tellPiece(entry, piece.text());
  }

  private void further(Reply reply) {
    if (givenUp.contains(reply.key())) {
      lateAnswers++;
    } else if (!repeated.contains(reply.key()) && !reply.again()) {
      extraAnswers++;
    }
  }

  /** The broker has refused the request, or has nobody to give it to. */
  void fail(String key, String code, String message) {
    ObjectNode body = JSON.createObjectNode();
    body.putObject("error").put("code", code).put("message", message);
    fail(key, code, body);
  }

  /** The request was refused, or its deadline has passed. */
  private void fail(String key, String code, JsonNode body) {
    Entry entry = open.get(key);
    if (entry != null) {
      failures.merge(code, 1L, Long::sum);
      refusedWithoutHint += body.at("/error/retry_after_ms").isNumber() ? 0 : 1;
      boolean asked = entry.request.kind() == Kind.CANCELLED;
      wronglyCancelled += code.equals(CANCELLED) && !asked ? 1 : 0;
      tellEnd(entry, body);
      boolean expired = code.equals(EXPIRED);
      end(key, new RequestCounts(0, 0, expired ? 0 : 1, expired ? 1 : 0, 0));
    }
  }

  /** Nobody waits for it any more. */
  void giveUp(String key) {
    Entry entry = open.get(key);
    if (entry != null) {
      givenUp.add(key);
      if (listener != null) {
        listener.lost(entry.request);
      }
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
      count(entry.request.kind(), outcome);
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
        outOfOrder,
        refusedWithoutHint,
        overdueAnswers,
        wronglyCancelled);
  }

  RequestCounts total() {
    return counts.values().stream().reduce(RequestCounts.NONE, RequestCounts::plus);
  }

  Latencies latencies() {
    return latencies;
  }
}
