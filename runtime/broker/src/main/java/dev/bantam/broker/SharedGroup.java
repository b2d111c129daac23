package dev.bantam.broker;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A shared subscription: each message goes to one of its members, by turns among those that are
 * connected. Only where none is connected an absent member's session keeps it.
 */
final class SharedGroup {

  /** A session in the group with the subscription that put it there. */
  record Member(Session session, Subscription subscription) {}

  private final List<Member> members = new ArrayList<>();
  private int next;

  void put(Session session, Subscription subscription) {
    for (int i = 0; i < members.size(); i++) {
      if (members.get(i).session() == session) {
        members.set(i, new Member(session, subscription));
        return;
      }
    }
    members.add(new Member(session, subscription));
  }

  boolean remove(Session session) {
    return members.removeIf(member -> member.session() == session);
  }

  boolean isEmpty() {
    return members.isEmpty();
  }

  /**
   * Gives the message to a member.
   *
   * @param not a session that must not get it, for it has just lost its connection; null for none
   * @return false if nobody could take it
   */
  boolean dispatch(Message message, @Nullable Session not) {
    return offerToAny(message, not, true) || offerToAny(message, not, false);
  }

  /** Whether somebody else could take over what {@code session} held. */
  boolean hasOtherConnected(Session session) {
    return members.stream().anyMatch(m -> m.session() != session && m.session().isConnected());
  }

  private boolean offerToAny(Message message, @Nullable Session not, boolean connected) {
    for (int tried = 0; tried < members.size(); tried++) {
      next = (next + 1) % members.size();
      Member member = members.get(next);
      if (member.session() == not || member.session().isConnected() != connected) {
        continue;
      }
      if (member.session().offer(delivery(message, member.subscription()))) {
        return true;
      }
    }
    return false;
  }

  private Delivery delivery(Message message, Subscription subscription) {
    return new Delivery(
        message,
        Math.min(message.qos(), subscription.qos()),
        message.retain() && subscription.retainAsPublished(),
        subscription.identifier() == 0 ? List.of() : List.of(subscription.identifier()),
        this);
  }
}
