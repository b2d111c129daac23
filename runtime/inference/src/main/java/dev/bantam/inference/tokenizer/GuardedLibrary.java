package dev.bantam.inference.tokenizer;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Hugging Face's native tokenizer, which many threads may use and one may close. Encoding reads,
 * closing writes: freeing the library under a running call would crash.
 */
final class GuardedLibrary implements AutoCloseable {

  private final HuggingFaceTokenizer library;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed;

  /**
   * @param library belongs to this from now on
   */
  GuardedLibrary(HuggingFaceTokenizer library) {
    this.library = library;
  }

  /**
   * Without special tokens around the text.
   *
   * @param text without half surrogate pairs, see {@link DjlTokenizer#wellFormed}
   * @throws IllegalStateException if this is closed
   */
  Encoding encode(String text) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the tokenizer is closed");
      }
      return library.encode(text, false, false);
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        library.close();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
