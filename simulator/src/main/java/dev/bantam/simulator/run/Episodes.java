package dev.bantam.simulator.run;

import dev.bantam.simulator.schedule.Publication;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes episodes of messages. Confined to one thread. */
final class Episodes {

  private final Map<String, Episode> open = new HashMap<>();
  private final List<Episode> ended = new ArrayList<>();

  /**
   * Takes in the next message.
   *
   * @param dueNanos when it is due, by {@code System.nanoTime}
   */
  void add(Publication publication, long dueNanos) {
    String source = publication.source();
    String label = publication.label().orElse("");
    Episode episode = open.get(source);
    if (episode != null && episode.label().equals(label)) {
      open.put(source, episode.until(dueNanos));
      return;
    }
    if (episode != null) {
      ended.add(open.remove(source));
    }
    if (!label.isEmpty()) {
      open.put(source, new Episode(source, label, dueNanos, dueNanos));
    }
  }

  /** All of them, those that are not over included. */
  List<Episode> all() {
    List<Episode> all = new ArrayList<>(ended);
    all.addAll(open.values());
    return all;
  }
}
