package dev.bantam.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Brings a message to all that subscribed, and keeps retained ones. */
final class Router {

  /** What became of a message; decides the publisher's reason code. */
  enum Outcome {
    ROUTED,
    /** 0x10. */
    NO_MATCHING_SUBSCRIBERS,
    /** 0x97: no subscriber could take it, or it could not be retained. */
    QUOTA_EXCEEDED
  }

  private final SubscriptionTree tree = new SubscriptionTree();
  private final RetainedStore retained;

  Router(RetainedStore retained) {
    this.retained = retained;
  }

  Outcome publish(Message message, long nowNanos) {
    boolean kept = !message.retain() || retained.put(message, nowNanos);
    SubscriptionTree.Matches matches = tree.match(message.topic());
    int wanted = 0;
    int taken = 0;
    for (Map.Entry<Session, List<Subscription>> match : matches.sessions().entrySet()) {
      List<Subscription> subscriptions = heard(match.getKey(), match.getValue(), message);
      if (!subscriptions.isEmpty()) {
        wanted++;
        taken += match.getKey().offer(merge(message, subscriptions)) ? 1 : 0;
      }
    }
    for (SharedGroup group : matches.groups()) {
      wanted++;
      taken += group.dispatch(message, null) ? 1 : 0;
    }
    if (!kept || (wanted > 0 && taken == 0)) {
      return Outcome.QUOTA_EXCEEDED;
    }
    return wanted == 0 ? Outcome.NO_MATCHING_SUBSCRIBERS : Outcome.ROUTED;
  }

  /** MQTT-3.8.3-3: with No Local a client does not get what it published itself. */
  private static List<Subscription> heard(
      Session session, List<Subscription> subscriptions, Message message) {
    if (!session.clientId().equals(message.publisher())) {
      return subscriptions;
    }
    return subscriptions.stream().filter(subscription -> !subscription.noLocal()).toList();
  }

  /** One copy for overlapping subscriptions, with the highest QoS and every identifier. */
  private static Delivery merge(Message message, List<Subscription> subscriptions) {
    int qos = 0;
    boolean asPublished = false;
    List<Integer> identifiers = new ArrayList<>(0);
    for (Subscription subscription : subscriptions) {
      qos = Math.max(qos, subscription.qos());
      asPublished |= subscription.retainAsPublished();
      if (subscription.identifier() != 0) {
        identifiers.add(subscription.identifier());
      }
    }
    return new Delivery(
        message, Math.min(message.qos(), qos), message.retain() && asPublished, identifiers, null);
  }

  /** Replaces an earlier subscription to the same filter. */
  void subscribe(Session session, Subscription subscription) {
    session.subscriptions().put(subscription.requested(), subscription);
    tree.add(session, subscription);
  }

  boolean unsubscribe(Session session, String requested) {
    Subscription subscription = session.subscriptions().remove(requested);
    if (subscription == null) {
      return false;
    }
    tree.remove(session, subscription);
    return true;
  }

  void unsubscribeAll(Session session) {
    session.subscriptions().values().forEach(each -> tree.remove(session, each));
    session.subscriptions().clear();
  }

  /** Sends the retained messages a new subscription gets, with RETAIN set (MQTT-3.3.1-8). */
  void sendRetained(Session session, Subscription subscription, long nowNanos) {
    List<Integer> identifiers =
        subscription.identifier() == 0 ? List.of() : List.of(subscription.identifier());
    for (Message message : retained.matching(subscription.filter(), nowNanos)) {
      if (subscription.noLocal() && session.clientId().equals(message.publisher())) {
        continue;
      }
      int qos = Math.min(message.qos(), subscription.qos());
      session.offer(new Delivery(message, qos, true, identifiers, null));
    }
  }

  int retained() {
    return retained.size();
  }
}
