package dev.bantam.runtime.cli;

import dev.bantam.documents.Quantities;
import dev.bantam.runtime.profile.DevicePlan;
import dev.bantam.runtime.profile.Hardware;
import dev.bantam.runtime.profile.MemoryNeed;
import dev.bantam.runtime.profile.PlannedSlot;
import dev.bantam.runtime.profile.PlannedSlot.Option;
import dev.bantam.runtime.profile.SlotProfile;
import dev.bantam.spi.ModelReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A plan as a table, and as a JSON object.
 *
 * @param elsewhere whether it is for another machine, which gets its models when it is set up
 * @param pullOptions what a pull of the models needs besides their names, with a space in front
 */
record PlanReport(DevicePlan plan, boolean elsewhere, String pullOptions) {

  private static final String ROW = "%-10s %-38s %10s %10s %10s %10s  %s";

  /** Whether every slot has a model, on this machine an installed one, and all fit. */
  boolean fits() {
    return plan.problem().isEmpty()
        && plan.slots().stream()
            .allMatch(slot -> slot.chosen().filter(this::canBeLoaded).isPresent());
  }

  private boolean canBeLoaded(Option chosen) {
    return elsewhere || chosen.isInstalled();
  }

  List<String> lines() {
    Hardware machine = plan.machine();
    List<String> lines = new ArrayList<>();
    lines.add("profile    %s: %s".formatted(plan.profile().name(), plan.profile().title()));
    lines.add(
        "machine    %s, %d usable cores, %s of usable memory"
            .formatted(
                machine.architecture(), machine.usableCores(), show(machine.usableMemoryBytes())));
    lines.add(
        "budget     %s for models (%s)%s"
            .formatted(
                show(plan.budget()),
                plan.profile().memoryBudget().text(),
                plan.room() < plan.budget()
                    ? ", of which the machine has %s beside the runtime"
                        .formatted(show(plan.room()))
                    : ""));
    lines.add("");
    lines.add(ROW.formatted("slot", "model", "weights", "working", "KV cache", "together", ""));
    for (PlannedSlot slot : plan.slots()) {
      slot.options().forEach(option -> lines.add(row(slot, option)));
      missing(slot).ifPresent(lines::add);
    }
    lines.add(
        ROW.formatted(
            "", "the runtime itself, with plugins", "", "", "", show(plan.runtime()), ""));
    lines.add(
        ROW.formatted(
            "",
            "all, when every worker is busy",
            "",
            "",
            "",
            show(plan.all()),
            "(at rest %s)".formatted(show(plan.atRest()))));
    problems().forEach(problem -> lines.add("problem    " + problem));
    return lines;
  }

  private static String row(PlannedSlot slot, Option option) {
    MemoryNeed need = option.need();
    return ROW.formatted(
        slot.slot().name(),
        option.model(),
        show(need.weights()),
        show(need.working()),
        show(need.cache()),
        show(need.bytes()),
        remarks(slot, option));
  }

  private static String remarks(PlannedSlot slot, Option option) {
    List<String> remarks = new ArrayList<>();
    boolean chosen = slot.chosen().filter(option::equals).isPresent();
    if (chosen) {
      remarks.add("<- " + shape(option.need()));
    }
    if (!option.isInstalled()) {
      remarks.add("not installed");
    }
    if (chosen) {
      remarks.add(slot.reason());
    } else {
      option.slow().ifPresent(remarks::add);
    }
    return String.join(", ", remarks);
  }

  private static String shape(MemoryNeed need) {
    return "context %d, %s: %d"
        .formatted(need.context(), need.encoder().isPresent() ? "runs" : "workers", need.workers());
  }

  /** How to get what is planned, or preferred. */
  private Optional<String> missing(PlannedSlot slot) {
    Optional<Option> planned = slot.chosen().filter(option -> !option.isInstalled());
    if (planned.isPresent() && slot.fits()) {
      return Optional.of(
          "%-10s to install what is planned, type: %s (%s to fetch)"
              .formatted(
                  slot.slot().name(),
                  pull(planned.get().model()),
                  show(planned.get().download().orElse(0L))));
    }
    return slot.missing().isEmpty() || slot.options().isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%-10s not installed: %s (%s)"
                .formatted(
                    slot.slot().name(),
                    String.join(", ", slot.missing()),
                    pull(slot.slot().model().name(), slot.missing().get(0))));
  }

  private String pull(ModelReference model) {
    return pull(model.name(), model.variant().orElseThrow());
  }

  private String pull(String model, String variant) {
    return "bantam model pull %s@%s%s".formatted(model, variant, pullOptions);
  }

  /** What keeps the plan from being carried out, each with where it is written. */
  private List<String> problems() {
    List<String> problems = new ArrayList<>();
    for (PlannedSlot slot : plan.slots()) {
      if (slot.chosen().filter(option -> !canBeLoaded(option)).isPresent()) {
        problems.add("%s: %s".formatted(place(slot), slot.notInstalled()));
      }
      if (slot.chosen().isEmpty() || !slot.fits()) {
        problems.add("%s: %s".formatted(place(slot), slot.reason()));
      }
    }
    plan.problem().ifPresent(problems::add);
    return problems;
  }

  private String place(PlannedSlot slot) {
    return plan.profile().slots().stream()
        .filter(written -> written.name().equals(slot.slot().name()))
        .map(SlotProfile::place)
        .findFirst()
        .orElseThrow();
  }

  Map<String, @Nullable Object> fields() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    Hardware machine = plan.machine();
    fields.put("profile", plan.profile().name());
    fields.put("fits", fits());
    fields.put("architecture", machine.architecture());
    fields.put("cpu_features", new TreeSet<>(machine.cpuFeatures()));
    fields.put("usable_cores", machine.usableCores());
    fields.put("usable_memory_bytes", machine.usableMemoryBytes());
    fields.put("memory_budget_bytes", plan.budget());
    fields.put("room_bytes", plan.room());
    fields.put("runtime_bytes", plan.runtime());
    fields.put("models_bytes", plan.need());
    fields.put("at_rest_bytes", plan.atRest());
    fields.put("bytes", plan.all());
    fields.put("slots", plan.slots().stream().map(this::fields).toList());
    fields.put("problems", problems());
    return fields;
  }

  private Map<String, @Nullable Object> fields(PlannedSlot slot) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("name", slot.slot().name());
    fields.put("chosen", slot.chosen().map(option -> option.model().toString()).orElse(null));
    fields.put("reason", slot.reason());
    fields.put("missing", slot.missing());
    fields.put("variants", slot.options().stream().map(this::fields).toList());
    return fields;
  }

  private Map<String, @Nullable Object> fields(Option option) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("model", option.model().toString());
    fields.put("installed", option.isInstalled());
    fields.put("download_bytes", option.download().orElse(null));
    fields.put("command", option.isInstalled() ? null : pull(option.model()));
    fields.put("weights_bytes", option.need().weights());
    fields.put("working_bytes", option.need().working());
    fields.put("cache_bytes", option.need().cache());
    fields.put("bytes", option.need().bytes());
    fields.put("context_length", option.need().context());
    fields.put("at_the_same_time", option.need().workers());
    fields.put("slow", option.slow().orElse(null));
    return fields;
  }

  private static String show(long bytes) {
    return Quantities.show(bytes);
  }
}
