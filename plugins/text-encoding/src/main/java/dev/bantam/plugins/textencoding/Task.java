package dev.bantam.plugins.textencoding;

import dev.bantam.format.EncoderConfig.Head;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The tasks. */
enum Task {
  /** Texts to vectors. */
  EMBED,
  /** How near texts are to a text. */
  SIMILARITY,
  /** Which label fits a text. */
  CLASSIFY,
  /** Which words of a text name something. */
  TAG,
  /** Where in a text the answer to a question stands. */
  ANSWER_SPAN;

  String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * @param name one of {@link #names()}
   */
  static Task ofName(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  static Set<String> names() {
    return Arrays.stream(values()).map(Task::wireName).collect(Collectors.toUnmodifiableSet());
  }

  /** Those that a model with this head is made for. */
  static Set<String> namesFor(Head head) {
    return switch (head) {
      case NONE -> Set.of(EMBED.wireName(), SIMILARITY.wireName(), CLASSIFY.wireName());
      case SEQUENCE -> Set.of(CLASSIFY.wireName());
      case TOKENS -> Set.of(TAG.wireName());
      case SPAN -> Set.of(ANSWER_SPAN.wireName());
    };
  }
}
