package dev.bantam.simulator.scenario;

import dev.bantam.documents.NearestName;
import dev.bantam.documents.Problem;
import dev.bantam.documents.Section;
import dev.bantam.spi.ModelReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds in swaps, and in what is asked of each version, what a schema cannot say. */
final class SwapChecks {

  private final Section root;
  private final Set<String> devices = new HashSet<>();
  private final Set<String> ids = new HashSet<>();
  private final List<Problem> problems = new ArrayList<>();

  SwapChecks(Section root) {
    this.root = root;
  }

  List<Problem> problems() {
    root.list("devices").forEach(device -> devices.addAll(SetupDecoder.ids(device)));
    List<Section> swaps = root.list("swaps");
    swaps.forEach(this::check);
    for (Section application : root.list("applications")) {
      if (application.flag("reference", false)) {
        checkReference(application);
      }
    }
    if (swaps.isEmpty() && root.has("phases")) {
      add(root, "phases", "they are the times before swaps, and the scenario has none; add swaps");
    }
    checkBegin();
    return problems;
  }

  private void check(Section swaps) {
    swaps
        .text("id")
        .filter(id -> !ids.add(id))
        .ifPresent(id -> add(swaps, "id", "\"%s\" is there twice; ids must differ".formatted(id)));
    for (String model : swaps.texts("models").orElse(List.of())) {
      try {
        ModelReference.parse(model);
      } catch (IllegalArgumentException e) {
        add(swaps, "models", String.valueOf(e.getMessage()));
      }
    }
    if (swaps.has("device") && swaps.has("devices")) {
      add(swaps, "devices", "device says it already; give one");
    }
    if (swaps.has("every") && swaps.has("rate")) {
      add(swaps, "rate", "every says it already; give one");
    }
    if (swaps.has("pause") && (swaps.has("every") || swaps.has("rate"))) {
      add(swaps, "pause", "is for swaps that wait for the one before; leave every and rate out");
    }
    checkDevices(swaps);
  }

  private void checkDevices(Section swaps) {
    List<String> named = SwapDecoder.devices(swaps);
    if (named.isEmpty() && devices.size() > 1) {
      add(
          swaps,
          "id",
          "it is not said whose slot it is, and there are %s; give device or devices"
              .formatted(String.join(", ", devices.stream().sorted().toList())));
    }
    for (String id : named) {
      if (!devices.isEmpty() && !devices.contains(id)) {
        add(
            swaps,
            swaps.has("device") ? "device" : "devices",
            "there is no device \"%s\"%s".formatted(id, NearestName.hint(id, devices)));
      }
    }
  }

  /** All of its requests are asked before the run, so there must not be too many. */
  private void checkReference(Section application) {
    if (application.has("fleet")) {
      add(application, "reference", "is for one device, which is asked before; give device");
    }
    if (Placeholders.in(application.anything("request")).anyMatch("n"::equals)) {
      add(
          application,
          "request",
          "{n} makes each request another, so with reference there is nothing to compare with; use words");
    }
    long requests = 1;
    Section words = application.section("words");
    for (String name : words.keys()) {
      requests *= words.texts(name).map(List::size).orElse(1);
    }
    if (requests > ApplicationSpec.MOST_REFERENCES) {
      add(
          application,
          "words",
          "make %d different requests, and with reference each version is asked all of them before; at most %d"
              .formatted(requests, ApplicationSpec.MOST_REFERENCES));
    }
  }

  private void checkBegin() {
    try {
      Section phases = root.section("phases");
      Duration begin =
          phases
              .duration("warm_up")
              .orElse(Duration.ZERO)
              .plus(phases.duration("quiet").orElse(Duration.ZERO));
      Optional<Duration> end = root.duration("short").or(() -> root.duration("duration"));
      if (root.has("phases") && end.isPresent() && begin.compareTo(end.get()) >= 0) {
        add(
            root,
            "phases",
            "swaps would begin after the scenario's end, or that of its short form");
      }
    } catch (IllegalArgumentException e) {
      // The schema has a complaint.
    }
  }

  private void add(Section section, String key, String message) {
    problems.add(section.problem(key, message));
  }
}
