package dev.bantam.broker;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to one session.
 *
 * @param qos the lower of the publisher's and the subscription's
 * @param retain the RETAIN flag to send
 * @param subscriptionIds identifiers of the subscriptions that matched
 * @param group the shared subscription it came by; null for an ordinary one
 */
record Delivery(
    Message message,
    int qos,
    boolean retain,
    List<Integer> subscriptionIds,
    @Nullable SharedGroup group) {}
