package dev.bantam.broker;

import dev.bantam.protocol.TopicNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All subscriptions by topic level. A publish visits each node at most once. */
final class SubscriptionTree {

  /** What a topic matched: subscriptions by session, and shared groups. */
  record Matches(Map<Session, List<Subscription>> sessions, List<SharedGroup> groups) {}

  private static final class Node {
    final Map<String, Node> children = new HashMap<>();
    final Map<Session, Subscription> subscriptions = new LinkedHashMap<>();
    final Map<String, SharedGroup> groups = new LinkedHashMap<>();

    boolean isEmpty() {
      return children.isEmpty() && subscriptions.isEmpty() && groups.isEmpty();
    }
  }

  private final Node root = new Node();

  void add(Session session, Subscription subscription) {
    Node node = root;
    for (String level : TopicNames.levels(subscription.filter())) {
      node = node.children.computeIfAbsent(level, name -> new Node());
    }
    String group = subscription.group();
    if (group == null) {
      node.subscriptions.put(session, subscription);
    } else {
      node.groups.computeIfAbsent(group, name -> new SharedGroup()).put(session, subscription);
    }
  }

  void remove(Session session, Subscription subscription) {
    remove(root, TopicNames.levels(subscription.filter()), 0, session, subscription);
  }

  private static void remove(
      Node node, List<String> levels, int depth, Session session, Subscription subscription) {
    if (depth == levels.size()) {
      removeHere(node, session, subscription.group());
      return;
    }
    String level = levels.get(depth);
    Node child = node.children.get(level);
    if (child != null) {
      remove(child, levels, depth + 1, session, subscription);
      if (child.isEmpty()) {
        node.children.remove(level);
      }
    }
  }

  private static void removeHere(Node node, Session session, @Nullable String groupName) {
    if (groupName == null) {
      node.subscriptions.remove(session);
      return;
    }
    SharedGroup group = node.groups.get(groupName);
    if (group != null && group.remove(session) && group.isEmpty()) {
      node.groups.remove(groupName);
    }
  }

  Matches match(String topic) {
    Matches matches = new Matches(new LinkedHashMap<>(), new ArrayList<>());
    collect(root, TopicNames.levels(topic), 0, TopicNames.isHiddenFromWildcards(topic), matches);
    return matches;
  }

  private static void collect(
      Node node, List<String> levels, int depth, boolean hidden, Matches matches) {
    boolean wildcards = depth > 0 || !hidden;
    if (wildcards) {
      take(node.children.get("#"), matches);
    }
    if (depth == levels.size()) {
      take(node, matches);
      return;
    }
    Node exact = node.children.get(levels.get(depth));
    if (exact != null) {
      collect(exact, levels, depth + 1, hidden, matches);
    }
    Node plus = wildcards ? node.children.get("+") : null;
    if (plus != null) {
      collect(plus, levels, depth + 1, hidden, matches);
    }
  }

  private static void take(@Nullable Node node, Matches matches) {
    if (node == null) {
      return;
    }
    node.subscriptions.forEach(
        (session, subscription) ->
            matches
                .sessions()
                .computeIfAbsent(session, key -> new ArrayList<>(1))
                .add(subscription));
    matches.groups().addAll(node.groups.values());
  }

  boolean isEmpty() {
    return root.isEmpty();
  }
}
