package dev.bantam.runtime.store;

/**
 * An answer that was given, for the request that may come again.
 *
 * @param id grows with each answer
 * @param requestTopic the topic that the request came on; empty where it does not matter
 * @param payloadHash of the request's payload; empty where it does not matter
 * @param message its topic and correlation data belong to the request, too
 * @param expires whether the answer itself is worth nothing after {@code untilMs}
 * @param untilMs the end of its use, by the wall clock in milliseconds since 1970
 */
public record StoredAnswer(
    long id,
    String requestTopic,
    String payloadHash,
    StoredMessage message,
    boolean expires,
    long untilMs) {}
