package dev.bantam.simulator.scenario;

import dev.bantam.documents.Section;
import dev.bantam.simulator.scenario.ApplicationSpec.Loop;
import java.time.Duration;
import java.util.List;

/** Swaps of a document that has passed all checks. */
final class SwapDecoder {

  private static final int USUALLY_SHORT = 10;
  private static final Duration USUAL_LIMIT = Duration.ofSeconds(60);

  private SwapDecoder() {}

  static SwapPlan plan(Section root) {
    Section phases = root.section("phases");
    return new SwapPlan(
        phases.duration("warm_up").orElse(Duration.ZERO),
        phases.duration("quiet").orElse(Duration.ZERO),
        root.list("swaps").stream().map(SwapDecoder::swaps).toList());
  }

  private static SwapSpec swaps(Section swaps) {
    int count = swaps.integer("count").orElseThrow();
    return new SwapSpec(
        swaps.required("id"),
        devices(swaps),
        swaps.required("slot"),
        swaps.texts("models").orElseThrow(),
        count,
        Math.min(count, swaps.integer("short").orElse(USUALLY_SHORT)),
        swaps.integer("controllers").orElse(1),
        loop(swaps),
        swaps.anything("policy"),
        swaps.duration("limit").orElse(USUAL_LIMIT));
  }

  static List<String> devices(Section swaps) {
    return swaps.texts("devices").orElseGet(() -> swaps.text("device").stream().toList());
  }

  private static Loop loop(Section swaps) {
    return swaps.has("every") || swaps.has("rate")
        ? new Loop.Open(ScenarioDecoder.pace(swaps))
        : new Loop.Closed(
            swaps.integer("controllers").orElse(1), swaps.duration("pause").orElse(Duration.ZERO));
  }
}
