package dev.bantam.models.importer.source;

import java.util.Set;

/** Tokens that end a generation in every family that has them. */
public final class EndTokens {

  /** Ends of turn and of text. Files often name only one of the two as their end. */
  public static final Set<String> ALL =
      Set.of(
          "<|im_end|>",
          "<|eot_id|>",
          "<|end|>",
          "<end_of_turn>",
          "<|endoftext|>",
          "<|end_of_text|>",
          "### End");

  private EndTokens() {}
}
