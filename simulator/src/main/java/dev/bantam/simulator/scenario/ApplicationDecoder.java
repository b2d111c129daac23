package dev.bantam.simulator.scenario;

import dev.bantam.documents.Section;
import dev.bantam.simulator.scenario.ApplicationSpec.Loop;
import dev.bantam.simulator.scenario.ApplicationSpec.Odd;
import java.time.Duration;

/** Applications of a document that has passed all checks. */
final class ApplicationDecoder {

  static final Duration USUAL_PATIENCE = Duration.ofSeconds(60);
  private static final Duration SOON = Duration.ofMillis(200);

  private ApplicationDecoder() {}

  static ApplicationSpec application(Section application) {
    return new ApplicationSpec(
        application.required("id"),
        application.text("device"),
        application.text("fleet"),
        application.required("task"),
        application.anything("request"),
        ScenarioDecoder.words(application),
        application.text("mqtt").orElse("5").equals("5"),
        application.integer("clients").orElse(1),
        loop(application),
        application.integer("requests"),
        application.duration("deadline"),
        application.duration("patience").orElse(USUAL_PATIENCE),
        application.duration("again"),
        application.flag("stream", false),
        new Odd(
            application.number("wrong").orElse(0.0),
            application.number("duplicates").orElse(0.0),
            application.number("cancelled").orElse(0.0),
            application.duration("cancel_after").orElse(SOON)),
        application.flag("reference", false));
  }

  private static Loop loop(Section application) {
    return application.has("concurrency")
        ? new Loop.Closed(
            application.integer("concurrency").orElse(1),
            application.duration("think").orElse(Duration.ZERO))
        : new Loop.Open(ScenarioDecoder.pace(application));
  }
}
