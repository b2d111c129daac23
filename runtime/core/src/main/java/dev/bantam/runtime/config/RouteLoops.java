package dev.bantam.runtime.config;

import dev.bantam.protocol.TopicNames;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds routes that feed themselves, directly or through others. A pure function of the topics. */
final class RouteLoops {

  /**
   * A route's topics.
   *
   * @param hears topic filters
   * @param speaks the narrowest filters of what it publishes, errors included
   */
  record Node(String name, List<String> hears, List<String> speaks) {}

  private RouteLoops() {}

  /** The shortest way from a route back to itself, its name first and last. */
  static Optional<List<String>> through(Node start, List<Node> all) {
    Map<String, String> reachedFrom = new HashMap<>();
    Deque<Node> next = new ArrayDeque<>(List.of(start));
    while (!next.isEmpty()) {
      Node from = next.remove();
      for (Node to : all) {
        if (!feeds(from, to)) {
          continue;
        }
        if (to.name().equals(start.name())) {
          return Optional.of(way(start.name(), from.name(), reachedFrom));
        }
        if (reachedFrom.putIfAbsent(to.name(), from.name()) == null) {
          next.add(to);
        }
      }
    }
    return Optional.empty();
  }

  private static List<String> way(String start, String last, Map<String, String> reachedFrom) {
    List<String> names = new ArrayList<>(List.of(start));
    for (String at = last; !at.equals(start); at = reachedFrom.getOrDefault(at, start)) {
      names.add(1, at);
    }
    names.add(start);
    return names;
  }

  private static boolean feeds(Node from, Node to) {
    return from.speaks().stream()
        .anyMatch(spoken -> to.hears().stream().anyMatch(h -> TopicNames.overlap(spoken, h)));
  }
}
