package dev.bantam.plugins.textgeneration;

import dev.bantam.inference.template.ChatMessage;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads {@code prompt} or {@code messages} of a chat request. */
final class ConversationReader {

  private static final Set<String> ROLES = Set.of("assistant", "system", "user");

  private ConversationReader() {}

  static List<ChatMessage> read(RequestBody body) throws TaskException {
    if (body.has("messages") && body.has("prompt")) {
      throw invalid("send \"prompt\" or \"messages\", not both");
    }
    if (!body.has("messages")) {
      return List.of(new ChatMessage("user", prompt(body)));
    }
    List<RequestBody> turns = body.objects("messages");
    if (turns.isEmpty()) {
      throw invalid(
          "\"messages\" is empty; send at least one message with \"role\" and \"content\"");
    }
    List<ChatMessage> messages = new ArrayList<>();
    for (int i = 0; i < turns.size(); i++) {
      messages.add(message(turns.get(i), "messages[%d]".formatted(i)));
    }
    if (messages.stream().noneMatch(message -> message.role().equals("user"))) {
      throw invalid("\"messages\" has no message with the role \"user\"; add what is asked");
    }
    return messages;
  }

  private static String prompt(RequestBody body) throws TaskException {
    if (!body.has("prompt")) {
      throw invalid(
          "the request has nothing to answer; send \"prompt\" (a string) or \"messages\" (a list of {\"role\", \"content\"})");
    }
    return body.text("prompt");
  }

  private static ChatMessage message(RequestBody turn, String where) throws TaskException {
    String role =
        turn.optionalText("role")
            .orElseThrow(() -> invalid("%s has no \"role\"; %s".formatted(where, validRoles())));
    if (!ROLES.contains(role)) {
      throw invalid("%s has the role \"%s\"; %s".formatted(where, role, validRoles()));
    }
    String content = content(turn, where);
    if (content.isBlank() && !role.equals("assistant")) {
      throw invalid("%s has an empty \"content\"; send some text".formatted(where));
    }
    return new ChatMessage(role, content);
  }

  private static String validRoles() {
    return "valid roles are: assistant, system, user";
  }

  /** A string, or OpenAI's list of text parts. */
  private static String content(RequestBody turn, String where) throws TaskException {
    if (!(turn.fields().get("content") instanceof List)) {
      return turn.optionalText("content")
          .orElseThrow(() -> invalid("%s has no \"content\"; send a string".formatted(where)));
    }
    StringBuilder text = new StringBuilder();
    for (RequestBody part : turn.objects("content")) {
      String type = part.optionalText("type").orElse("text");
      if (!type.equals("text")) {
        throw invalid(
            "%s has a part of type \"%s\"; only \"text\" can be read".formatted(where, type));
      }
      text.append(part.optionalText("text").orElse(""));
    }
    return text.toString();
  }

  private static TaskException invalid(String message) {
    return new TaskException(ErrorCode.INVALID_REQUEST, message);
  }
}
