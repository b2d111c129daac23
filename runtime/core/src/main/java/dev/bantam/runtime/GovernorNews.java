package dev.bantam.runtime;

import dev.bantam.runtime.event.Event;
import dev.bantam.runtime.event.EventKind;
import dev.bantam.runtime.event.Events;
import dev.bantam.runtime.governor.GovernorReport;
import dev.bantam.runtime.governor.GovernorWatch.Now;
import dev.bantam.runtime.governor.Level;
import dev.bantam.runtime.governor.Measure;
import dev.bantam.runtime.governor.Reading;
import dev.bantam.runtime.governor.SensorKind;
import dev.bantam.runtime.governor.Temperature;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells what becomes of a device that spares itself, and counts it. On the runtime's context. */
final class GovernorNews {

  private static final Logger log = LoggerFactory.getLogger(GovernorNews.class);

  private final Events events;
  private Level heat = Level.NORMAL;
  private Level memory = Level.NORMAL;
  private List<Measure> steps = List.of();
  private long down;
  private long up;

  GovernorNews(Events events) {
    this.events = events;
  }

  /**
   * Tells what has changed since the last call.
   *
   * @param shown how hot it is
   * @return whether anything has
   */
  boolean tell(Now now, Optional<Temperature> shown) {
    boolean ofHeat = heat(now, shown);
    boolean ofMemory = memory(now);
    return steps(now) || ofHeat || ofMemory;
  }

  private boolean heat(Now now, Optional<Temperature> shown) {
    Level before = heat;
    heat = now.level(SensorKind.TEMPERATURE);
    if (heat == before) {
      return false;
    }
    boolean wasHot = before.compareTo(Level.HIGH) >= 0;
    if (heat == Level.CRITICAL) {
      shown.ifPresent(at -> tell(EventKind.DEVICE_CRITICAL, at, "refuses requests: cool it"));
    } else if (heat == Level.HIGH) {
      shown.ifPresent(at -> tell(EventKind.DEVICE_HOT, at, "takes no work of its fleets"));
    } else if (wasHot && now.plan().heat().isPresent()) {
      shown.ifPresentOrElse(
          at -> tell(EventKind.DEVICE_COOLED, at, "is cool again"), this::tellSilence);
    }
    return true;
  }

  private void tell(EventKind kind, Temperature shown, String what) {
    events.tell(
        new Event(
            kind,
            "the device has %s °C (%s) and %s".formatted(shown.tenths(), shown.zone(), what),
            Map.of("celsius", shown.tenths(), "zone", shown.zone())));
  }

  private void tellSilence() {
    events.tell(
        new Event(
            EventKind.THERMOMETER_SILENT,
            "the device was hot, and no thermal zone shows a temperature any more; it is taken for a cool one",
            Map.of()));
  }

  private boolean memory(Now now) {
    Level before = memory;
    memory = now.level(SensorKind.MEMORY);
    boolean isShort = memory == Level.CRITICAL;
    if (isShort == (before == Level.CRITICAL)) {
      return false;
    }
    Reading reading = now.readings().get(SensorKind.MEMORY);
    String reason = reading == null ? "nothing shows it any more" : reading.words();
    events.tell(
        new Event(
            isShort ? EventKind.MEMORY_CRITICAL : EventKind.MEMORY_RELIEVED,
            isShort
                ? "the device is short of memory and refuses requests: %s".formatted(reason)
                : "the device has memory again and takes requests: %s".formatted(reason),
            Map.of("reason", reason)));
    return true;
  }

  private boolean steps(Now now) {
    List<Measure> before = steps;
    List<Measure> ladder = now.plan().policy().ladder();
    steps = ladder.subList(0, now.state().rung());
    boolean isSameLadder =
        before.size() <= ladder.size() && ladder.subList(0, before.size()).equals(before);
    int kept = isSameLadder ? Math.min(before.size(), steps.size()) : 0;
    for (int rung = before.size(); rung > kept; rung--) {
      up(before.get(rung - 1), rung - 1);
    }
    for (int rung = kept; rung < steps.size(); rung++) {
      down(steps.get(rung), rung + 1, now);
    }
    return !steps.equals(before);
  }

  private void down(Measure measure, int step, Now now) {
    down++;
    String sensor = now.worst().map(Map.Entry::getKey).map(SensorKind::wireName).orElse("none");
    String reason = now.worst().map(Map.Entry::getValue).map(Reading::words).orElse("unknown");
    String message =
        "the device spares itself (%s) and from now on %s".formatted(reason, measure.words());
    log.warn("step {} down: {}", step, message);
    events.tell(
        new Event(
            EventKind.GOVERNOR_STEPPED_DOWN,
            message,
            Map.of(
                "step", step, "measure", measure.wireName(), "sensor", sensor, "reason", reason)));
  }

  private void up(Measure measure, int step) {
    up++;
    String message =
        "the device recovers, and is back from a step: it no longer %s".formatted(measure.words());
    log.info("back up to step {}: {}", step, message);
    events.tell(
        new Event(
            EventKind.GOVERNOR_STEPPED_UP,
            message,
            Map.of("step", step, "measure", measure.wireName())));
  }

  /** What is published as figures. */
  Map<String, Object> figures(GovernorReport report) {
    Map<String, Object> fields = report.fields();
    fields.put("steps_down", down);
    fields.put("steps_up", up);
    return fields;
  }
}
