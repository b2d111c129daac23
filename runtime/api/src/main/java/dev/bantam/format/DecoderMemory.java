package dev.bantam.format;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a decoder-only model takes in memory besides the process itself, as predicted before it is
 * loaded; all in bytes. Weights are there once, working memory and cache once a request under way.
 * Measured against processes in decision 0010.
 *
 * @param config the model's sizes
 * @param weights what ONNX Runtime keeps of the weights in memory of its own; mapped files come on
 *     top, but their pages are given back where memory is short
 * @param graph what of the graph decides about memory
 */
public record DecoderMemory(DecoderConfig config, long weights, GraphForm graph) {

  /** Tokens that one run of the graph evaluates at most. */
  public static final int CHUNK = 128;

  /** Bytes of logits that a run makes at most, where the graph makes a row for every token. */
  public static final int MOST_LOGITS_BYTES = 32 << 20;

  /** What a run holds of hidden states at a time, in those of its tokens; measured. */
  private static final int HIDDEN_STATES = 48;

  /** What a run holds of written-out scores at a time, in matrices of one layer; measured. */
  private static final int SCORES = 4;

  /** From which context on {@link #contexts} begins, and by what it goes on. */
  private static final int FIRST_CONTEXT = 512;

  private static final int CONTEXT_FACTOR = 4;

  /**
   * What of a graph decides about memory.
   *
   * @param cacheElement bytes of one element of the KV cache
   * @param growsCache whether each run makes a new, longer cache of the one it is given, so that
   *     both are there
   * @param cacheLength positions of a cache whose length the graph fixes
   * @param writesScores whether attention's scores are a matrix {@code [heads, tokens, positions]}
   * @param logitsForAll whether a run makes a row of logits for each of its tokens
   */
  public record GraphForm(
      int cacheElement,
      boolean growsCache,
      OptionalInt cacheLength,
      boolean writesScores,
      boolean logitsForAll) {

    /** The form of graphs that Bantam makes, with a cache of floats. */
    public static final GraphForm OWN =
        new GraphForm(Float.BYTES, false, OptionalInt.empty(), false, false);
  }

  /** Bytes of KV cache that one token takes: keys and values of all layers; of both caches. */
  public long cachePerToken() {
    long one = 2L * config.layers() * config.kvHeads() * config.headSize() * graph.cacheElement();
    return graph.growsCache() ? 2 * one : one;
  }

  /** The cache of one request that fills a context of so many tokens, at most the model's own. */
  public long cache(int context) {
    return graph.cacheLength().orElse(limited(context)) * cachePerToken();
  }

  /** What one request needs besides its cache while the graph runs. */
  public long working(int context) {
    int tokens = Math.min(CHUNK, limited(context));
    long hidden = (long) HIDDEN_STATES * tokens * config.hiddenSize() * Float.BYTES;
    long scores =
        graph.writesScores()
            ? (long) SCORES * config.heads() * tokens * limited(context) * Float.BYTES
            : 0;
    long rows = graph.logitsForAll() ? tokens : 1;
    return hidden + scores + Math.min(MOST_LOGITS_BYTES, rows * config.vocabSize() * Float.BYTES);
  }

  /** All of it, with so many requests at a time that fill their contexts. */
  public long total(int context, int requests) {
    return weights + requests * (working(context) + cache(context));
  }

  /** A few context lengths to show; the last is what the model was trained for. */
  public List<Integer> contexts() {
    List<Integer> lengths = new ArrayList<>();
    for (long length = FIRST_CONTEXT; length < config.contextLength(); length *= CONTEXT_FACTOR) {
      lengths.add((int) length);
    }
    lengths.add(config.contextLength());
    return lengths;
  }

  private int limited(int context) {
    return Math.min(context, config.contextLength());
  }
}
