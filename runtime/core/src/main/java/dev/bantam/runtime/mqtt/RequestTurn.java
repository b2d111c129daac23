package dev.bantam.runtime.mqtt;

import dev.bantam.protocol.Topics.RequestAddress;
import dev.bantam.protocol.UserProperties;
import dev.bantam.runtime.dispatch.Priority;
import dev.bantam.runtime.dispatch.Turn;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads a request's place in the queue out of its message. */
final class RequestTurn {

  private RequestTurn() {}

  /**
   * The priority is the payload's {@code priority}, or the user property of that name. The client
   * is that of an ask topic, or who the request says to be, or whoever listens on its Response
   * Topic.
   *
   * @throws TaskException with {@link ErrorCode#INVALID_REQUEST} if there is no such priority
   */
  static Turn of(InboundMessage message, RequestAddress address, RequestBody body)
      throws TaskException {
    Optional<String> word =
        body.optionalText(UserProperties.PRIORITY)
            .or(() -> property(message, UserProperties.PRIORITY));
    Priority priority = word.isPresent() ? priority(word.get()) : Priority.NORMAL;
    String client =
        Stream.of(
                address.client(),
                property(message, UserProperties.SOURCE_ID),
                property(message, UserProperties.INVOKER_ID),
                message.responseTopic())
            .flatMap(Optional::stream)
            .findFirst()
            .orElse("");
    return new Turn(priority, client);
  }

  private static Optional<String> property(InboundMessage message, String name) {
    return Optional.ofNullable(message.userProperties().get(name));
  }

  private static Priority priority(String word) throws TaskException {
    Optional<Priority> priority = Priority.named(word);
    if (priority.isEmpty()) {
      throw new TaskException(
          ErrorCode.INVALID_REQUEST,
          "\"priority\" is \"%s\"; it must be one of: %s".formatted(word, Priority.words()));
    }
    return priority.get();
  }
}
