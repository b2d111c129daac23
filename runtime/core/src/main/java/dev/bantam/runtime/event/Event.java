package dev.bantam.runtime.event;

import java.util.Map;

/**
 * Something that has happened.
 *
 * @param message a sentence for people: what happened, and what to do where somebody must
 * @param details what {@link EventKind#details} lists, as plain values: texts and numbers
 */
public record Event(EventKind kind, String message, Map<String, Object> details) {

  public Event {
    details = Map.copyOf(details);
    if (!details.keySet().equals(kind.details())) {
      throw new IllegalArgumentException(
          "an event %s has the details %s, not %s"
              .formatted(kind.wireName(), kind.details(), details.keySet()));
    }
  }
}
