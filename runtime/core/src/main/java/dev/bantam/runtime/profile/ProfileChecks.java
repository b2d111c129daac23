package dev.bantam.runtime.profile;

import dev.bantam.documents.NearestName;
import dev.bantam.documents.Problem;
import dev.bantam.documents.Quantities;
import dev.bantam.documents.Section;
import dev.bantam.runtime.config.PacketLimit;
import dev.bantam.runtime.governor.GovernorSettings;
import dev.bantam.runtime.governor.TemperatureLimits;
import dev.bantam.runtime.http.HttpSettings;
import dev.bantam.runtime.profile.ProfileLayers.TierBounds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * What a profile's schema cannot say. Copes with documents that the schema has complaints about.
 */
final class ProfileChecks {

  private static final String BUDGET = "memory_budget";
  private static final String NAME = "name";
  private static final String SLOTS = "slots";
  private static final String TEMPERATURE = "temperature";

  private ProfileChecks() {}

  /** What is wrong in one document, whatever it extends. */
  static List<Problem> ofDocument(Section root) {
    List<Problem> problems = new ArrayList<>(TemperatureLimits.problems(root));
    problems.addAll(GovernorSettings.problems(root));
    problems.addAll(HttpSettings.problems(root));
    problems.addAll(regex(root.section("match"), "device_tree_model"));
    problems.addAll(regex(root, "power_mode"));
    problems.addAll(PacketLimit.problems(root.section("mqtt")));
    problems.addAll(slots(root));
    for (Section tier : root.list("tiers")) {
      problems.addAll(TemperatureLimits.problems(tier));
      problems.addAll(GovernorSettings.problems(tier));
      problems.addAll(HttpSettings.problems(tier));
      problems.addAll(PacketLimit.problems(tier.section("mqtt")));
      problems.addAll(slots(tier));
      problems.addAll(bounds(tier));
    }
    return problems;
  }

  private static List<Problem> regex(Section section, String key) {
    try {
      section.text(key).ifPresent(Pattern::compile);
      return List.of();
    } catch (PatternSyntaxException e) {
      return List.of(section.problem(key, "is no regular expression: " + e.getDescription()));
    }
  }

  private static List<Problem> slots(Section section) {
    List<Problem> problems = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Section slot : section.list(SLOTS)) {
      slot.text(NAME)
          .filter(name -> !names.add(name))
          .map(name -> "two slots are called " + name + "; rename one")
          .ifPresent(message -> problems.add(slot.problem(NAME, message)));
      if (slot.texts("variants").isPresent()
          && slot.text("model").filter(m -> m.contains("@")).isPresent()) {
        problems.add(
            slot.problem(
                "variants", "the model names its variant already; leave one of the two out"));
      }
    }
    return problems;
  }

  private static List<Problem> bounds(Section tier) {
    TierBounds bounds = TierBounds.of(tier);
    if (!tier.has(TierBounds.LEAST) && !tier.has(TierBounds.MOST)) {
      return List.of(
          tier.problem(
              "", "a tier needs min_memory, max_memory or both, or it is for every machine"));
    }
    return bounds.least().isPresent()
            && bounds.most().isPresent()
            && bounds.least().get() > bounds.most().get()
        ? List.of(
            tier.problem(
                TierBounds.MOST,
                "no machine has at most %s and at least %s"
                    .formatted(
                        Quantities.show(bounds.most().get()),
                        Quantities.show(bounds.least().get()))))
        : List.of();
  }

  /**
   * What is wrong once a document stands over those that it extends.
   *
   * @param root the document
   * @param layers with the document on top
   */
  static List<Problem> ofWhole(Section root, ProfileLayers layers) {
    List<Problem> problems = new ArrayList<>();
    Set<String> known = layers.slots();
    if (TemperatureLimits.problems(root).isEmpty()) {
      layers.steps().stream()
          .map(memory -> temperature(root, layers.at(memory)))
          .filter(found -> !found.isEmpty())
          .findFirst()
          .ifPresent(problems::addAll);
    }
    Section whole = layers.at(0);
    root.list(SLOTS).forEach(slot -> problems.addAll(complete(slot, whole)));
    problems.addAll(budget(root, whole));
    for (Section tier : root.list("tiers")) {
      problems.addAll(budget(tier, whole));
      for (Section slot : tier.list(SLOTS)) {
        slot.text(NAME)
            .filter(name -> !known.contains(name))
            .map(name -> "a tier changes slots and adds none; the profile's are " + known)
            .ifPresent(message -> problems.add(slot.problem(NAME, message)));
      }
    }
    return problems;
  }

  /** Slots whose plugin nobody has. */
  static List<Problem> plugins(Section root, Set<String> known) {
    List<Problem> problems = new ArrayList<>();
    for (Section slot : root.list(SLOTS)) {
      slot.text("plugin")
          .filter(name -> !known.contains(name))
          .map(name -> "there is no plugin \"" + name + "\"" + NearestName.hint(name, known))
          .ifPresent(message -> problems.add(slot.problem("plugin", message)));
    }
    return problems;
  }

  private static List<Problem> temperature(Section root, Section whole) {
    if (!TemperatureLimits.problems(whole).isEmpty()) {
      return TemperatureLimits.problems(whole).stream()
          .map(
              problem ->
                  root.problem(
                      TEMPERATURE,
                      problem.path().replace(TEMPERATURE + ".", "")
                          + " "
                          + problem.message()
                          + ", with what the profile extends"))
          .toList();
    }
    Section limits = whole.section(TEMPERATURE);
    return limits.keys().isEmpty() || limits.has("hot")
        ? List.of()
        : List.of(root.problem(TEMPERATURE, "\"hot\" is missing"));
  }

  /** A slot that the extended profiles do not have must say all that a slot needs. */
  private static List<Problem> complete(Section slot, Section whole) {
    Optional<Section> merged =
        whole.list(SLOTS).stream()
            .filter(other -> other.text(NAME).equals(slot.text(NAME)))
            .findFirst();
    return Stream.of("plugin", "model")
        .filter(key -> merged.isPresent() && !merged.get().has(key))
        .map(
            key ->
                slot.problem(
                    "", "\"%s\" is missing, and no extended profile has it".formatted(key)))
        .toList();
  }

  /** A budget that none of the machines has. */
  private static List<Problem> budget(Section section, Section whole) {
    Optional<Long> most = sizes(whole.section("machine")).stream().max(Comparator.naturalOrder());
    Optional<Long> wanted = TierBounds.bytes(section, BUDGET);
    return most.isPresent() && wanted.isPresent() && wanted.get() > most.get()
        ? List.of(
            section.problem(
                BUDGET,
                "%s is more than the %s that such machines have at most; lower it, or write a share such as 60%%"
                    .formatted(Quantities.show(wanted.get()), Quantities.show(most.get()))))
        : List.of();
  }

  private static List<Long> sizes(Section machine) {
    try {
      return machine.sizes("memory");
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }
}
