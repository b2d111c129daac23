package dev.bantam.runtime.governor;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a device gives up to spare itself, what costs least first. */
public enum Measure {
  /** Each slot answers half as many requests at the same time; the others wait in its queue. */
  FEWER_SEQUENCES("answers half as many requests at the same time"),
  /** Answers are shorter. */
  SHORTER_ANSWERS("gives shorter answers"),
  /** Prompt and answer together are shorter. */
  SMALLER_CONTEXT("has a smaller context"),
  /** Slots have a smaller variant of their models, where one is installed. */
  SMALLER_VARIANT("has smaller variants of its models"),
  /** Requests of low priority are refused. */
  NO_LOW_PRIORITY("takes no requests of low priority"),
  /** It takes no work of its fleets. */
  NO_FLEET_WORK("takes no work of its fleets"),
  /** It takes no requests at all: no step, but what is done at once where something is critical. */
  NO_REQUESTS("takes no requests");

  private final String words;

  Measure(String words) {
    this.words = words;
  }

  /** The steps of a device that does not say otherwise: all of them. */
  static List<Measure> steps() {
    return Arrays.stream(values()).filter(measure -> measure != NO_REQUESTS).toList();
  }

  /** The step with a name; empty if there is none. */
  static Optional<Measure> step(String name) {
    return steps().stream().filter(measure -> measure.wireName().equals(name)).findFirst();
  }

  boolean refusesWork() {
    return compareTo(NO_LOW_PRIORITY) >= 0;
  }

  /** Behind "the device", for people. */
  public String words() {
    return words;
  }

  /** As profiles, events and status have it. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
