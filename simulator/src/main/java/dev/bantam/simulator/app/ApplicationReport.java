package dev.bantam.simulator.app;

import dev.bantam.simulator.app.Latencies.Figures;
import dev.bantam.simulator.schedule.Request.Kind;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of an application's requests.
 *
 * @param application its id
 * @param counts by the kind of request; a kind that there was none of is left out
 * @param failures of refused and expired requests, by the error's code
 * @param latency of answered requests: in an open loop from the time that was meant, else from the
 *     time it was sent, to the whole answer
 * @param firstPiece from the same time to the first piece of text, where pieces came
 * @param extraAnswers further answers to requests that were sent once
 * @param lateAnswers answers to requests that counted as lost already
 * @param overtakenAnswers answers that came after one to a request that was sent later
 * @param outOfOrder pieces of text that did not come in their order
 * @param refusedWithoutHint refused and expired requests whose error does not say when to ask again
 * @param overdueAnswers answers that came more than a second after the request's deadline
 * @param wronglyCancelled requests that were told to be cancelled though nobody had done that
 */
public record ApplicationReport(
    String application,
    Map<Kind, RequestCounts> counts,
    Map<String, Long> failures,
    Figures latency,
    Figures firstPiece,
    long extraAnswers,
    long lateAnswers,
    long overtakenAnswers,
    long outOfOrder,
    long refusedWithoutHint,
    long overdueAnswers,
    long wronglyCancelled) {

  public ApplicationReport {
    Map<Kind, RequestCounts> byKind = new EnumMap<>(Kind.class);
    byKind.putAll(counts);
    counts = Collections.unmodifiableMap(byKind);
    failures = Collections.unmodifiableMap(new TreeMap<>(failures));
  }

  /** All kinds together. */
  public RequestCounts total() {
    return counts.values().stream().reduce(RequestCounts.NONE, RequestCounts::plus);
  }

  /** As JSON's maps and values. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>(total().fields());
    fields.put("application", application);
    Map<String, Object> kinds = new LinkedHashMap<>();
    counts.forEach((kind, of) -> kinds.put(kind.name().toLowerCase(Locale.ROOT), of.fields()));
    fields.put("by_kind", kinds);
    fields.put("failures", failures);
    fields.put("latency_ms", latency.fields());
    if (firstPiece.count() > 0) {
      fields.put("first_piece_ms", firstPiece.fields());
    }
    fields.put("extra_answers", extraAnswers);
    fields.put("late_answers", lateAnswers);
    fields.put("overtaken_answers", overtakenAnswers);
    fields.put("out_of_order", outOfOrder);
    fields.put("refused_without_hint", refusedWithoutHint);
    fields.put("overdue_answers", overdueAnswers);
    fields.put("wrongly_cancelled", wronglyCancelled);
    return fields;
  }
}
