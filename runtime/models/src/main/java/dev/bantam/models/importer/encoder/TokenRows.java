package dev.bantam.models.importer.encoder;

import java.util.List;

/**
 * How the tokens of a run's texts lie in rows, {@code [tokens, width]}. All blocks but attention
 * work on rows; attention and what the graph gives out have texts, {@code [batch, sequence,
 * width]}.
 */
interface TokenRows {

  /** An input {@code [batch, sequence]} of whole numbers, of the tokens alone: {@code [tokens]}. */
  String input(String name);

  /** The place of each token in its text, {@code [tokens]}. */
  String positions();

  /** Whether the rows are a single text's, one after the other. */
  boolean isText();

  /** 1 for a token and 0 for padding, int32 {@code [batch, sequence]}; empty without padding. */
  String mask();

  /** Lays rows out as texts. */
  String unpack(String x, int width, String out);

  /**
   * Lays parts of rows out as texts.
   *
   * @param x {@code [tokens, parts * width]}: one part beside the other
   * @param outs a name a part
   * @return {@code outs}
   */
  List<String> unpackParts(String x, int width, List<String> outs);

  /** Rows of texts. */
  String pack(String x, int width, String out);

  /** Rows of each text's first token: {@code [tokens, width]} to {@code [batch, width]}. */
  String firstRows(String x, String out);
}
