package dev.bantam.runtime.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.documents.Problem;
import dev.bantam.documents.Quantities;
import dev.bantam.documents.Section;
import dev.bantam.documents.YamlTree;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Puts documents over one another. Of each, first what it says, then its tiers for the machine's
 * memory, in their order; so a profile has the last word on the one that it extends. Sections are
 * merged key by key, slots by their names; of everything else the later one stands. Pure; copes
 * with documents that their schema has complaints about.
 */
final class ProfileLayers {

  private static final String TIERS = "tiers";
  private static final String SLOTS = "slots";
  private static final String NAME = "name";

  /** What says where a layer comes from or applies, and is not handed on. */
  private static final Set<String> OWN =
      Set.of("extends", TIERS, TierBounds.LEAST, TierBounds.MOST);

  private final List<YamlTree> oldestFirst;

  ProfileLayers(Lineage lineage) {
    this.oldestFirst = lineage.oldestFirst();
  }

  /** From how much memory on, in bytes, the profile may be another one; begins with 0. */
  SortedSet<Long> steps() {
    SortedSet<Long> steps = new TreeSet<>(Set.of(0L));
    for (YamlTree tree : oldestFirst) {
      for (Section tier : Section.of(tree).list(TIERS)) {
        TierBounds bounds = TierBounds.of(tier);
        bounds.least().ifPresent(steps::add);
        bounds.most().ifPresent(bytes -> steps.add(bytes + 1));
      }
    }
    return steps;
  }

  /** The whole profile, without tiers, on machines with so much usable memory. */
  Section at(long memoryBytes) {
    ObjectNode whole = JsonNodeFactory.instance.objectNode();
    for (YamlTree tree : oldestFirst) {
      put(whole, tree.root());
      List<Section> tiers = Section.of(tree).list(TIERS);
      for (int i = 0; i < tiers.size(); i++) {
        if (TierBounds.of(tiers.get(i)).hold(memoryBytes)) {
          put(whole, tree.at("/" + TIERS + "/" + i));
        }
      }
    }
    YamlTree own = oldestFirst.get(oldestFirst.size() - 1);
    return Section.of(new YamlTree(own.file(), whole, own.lines()));
  }

  /** Names of the slots that the documents have besides their tiers. */
  Set<String> slots() {
    return oldestFirst.stream()
        .flatMap(tree -> Section.of(tree).list(SLOTS).stream())
        .flatMap(slot -> slot.text(NAME).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Where a slot is written, the youngest document first: {@code file:line: path}. */
  String place(String slot) {
    for (int i = oldestFirst.size() - 1; i >= 0; i--) {
      for (Section section : Section.of(oldestFirst.get(i)).list(SLOTS)) {
        if (section.text(NAME).filter(slot::equals).isPresent()) {
          Problem at = section.problem("", "");
          return "%s:%d: %s".formatted(at.file(), at.line(), at.path());
        }
      }
    }
    return oldestFirst.get(oldestFirst.size() - 1).file();
  }

  private static void put(ObjectNode whole, JsonNode layer) {
    if (layer.deepCopy() instanceof ObjectNode handedOn) {
      handedOn.remove(OWN);
      merge(whole, handedOn);
    }
  }

  private static void merge(ObjectNode into, JsonNode over) {
    over.fields()
        .forEachRemaining(
            field -> {
              String key = field.getKey();
              JsonNode value = field.getValue();
              if (key.equals(SLOTS) && value.isArray()) {
                mergeSlots(into, (ArrayNode) value);
              } else if (into.get(key) instanceof ObjectNode there && value.isObject()) {
                merge(there, value);
              } else {
                into.set(key, value.deepCopy());
              }
            });
  }

  private static void mergeSlots(ObjectNode into, ArrayNode over) {
    ArrayNode slots = into.get(SLOTS) instanceof ArrayNode there ? there : into.putArray(SLOTS);
    for (JsonNode slot : over) {
      Optional<ObjectNode> known = named(slots, slot.path(NAME).asText());
      if (known.isPresent()) {
        merge(known.get(), slot);
      } else {
        slots.add(slot.deepCopy());
      }
    }
  }

  private static Optional<ObjectNode> named(ArrayNode slots, String name) {
    for (JsonNode slot : slots) {
      if (slot instanceof ObjectNode found && found.path(NAME).asText().equals(name)) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  /**
   * For which machines a tier is.
   *
   * @param least bytes of usable memory, if there is a bound
   * @param most bytes of usable memory, if there is a bound
   */
  record TierBounds(Optional<Long> least, Optional<Long> most) {

    static final String LEAST = "min_memory";
    static final String MOST = "max_memory";

    static TierBounds of(Section tier) {
      return new TierBounds(bytes(tier, LEAST), bytes(tier, MOST));
    }

    /** Empty, too, for what is no size; the schema complains about that. */
    static Optional<Long> bytes(Section section, String key) {
      try {
        return section.text(key).map(Quantities::bytes);
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }

    boolean hold(long memoryBytes) {
      return memoryBytes >= least.orElse(0L) && memoryBytes <= most.orElse(Long.MAX_VALUE);
    }
  }
}
