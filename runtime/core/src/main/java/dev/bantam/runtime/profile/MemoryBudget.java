package dev.bantam.runtime.profile;

import dev.bantam.documents.Quantities;

/**
 * How much memory models and their working memory may take.
 *
 * @param text a size such as {@code 512MiB}, or a share of the usable memory such as {@code 60%}
 */
public record MemoryBudget(String text) {

  /** Where a profile names none. */
  public static final MemoryBudget DEFAULT = new MemoryBudget("60%");

  /** In bytes, on a machine with this much usable memory. */
  public long bytesOf(long usableMemoryBytes) {
    if (text.endsWith("%")) {
      long percent = Long.parseLong(text.substring(0, text.length() - 1));
      return usableMemoryBytes / 100 * percent;
    }
    return Math.min(usableMemoryBytes, Quantities.bytes(text));
  }
}
