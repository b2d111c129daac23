package dev.bantam.inference.tokenizer;

import dev.bantam.inference.session.FileIdentity;
import dev.bantam.spi.TaskException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer that is in memory once, however many models use it: all variants of a model have the
 * same, so a swap between them reads no vocabulary. The last that is closed frees it.
 */
final class SharedTokenizer implements Tokenizer {

  /** Makes the tokenizer of a file. */
  @FunctionalInterface
  interface Loader {
    Tokenizer load() throws TaskException;
  }

  private static final Map<FileIdentity, Use> IN_USE = new HashMap<>();

  private final Use use;
  private final Tokenizer tokenizer;
  private final AtomicBoolean closed = new AtomicBoolean();

  private SharedTokenizer(Use use, Tokenizer tokenizer) {
    this.use = use;
    this.tokenizer = tokenizer;
  }

  /**
   * The tokenizer of a file. While one thread loads it, others that want the same wait.
   *
   * @throws TaskException as {@code loader}
   */
  static Tokenizer of(FileIdentity file, Loader loader) throws TaskException {
    Use use = Use.begin(file);
    try {
      return new SharedTokenizer(use, use.tokenizer(loader));
    } catch (TaskException | RuntimeException | Error e) {
      use.end();
      throw e;
    }
  }

  @Override
  public int[] encodeText(String text) {
    return tokenizer.encodeText(text);
  }

  @Override
  public int[] encodePrompt(String prompt) {
    return tokenizer.encodePrompt(prompt);
  }

  @Override
  public String quote(String text) {
    return tokenizer.quote(text);
  }

  @Override
  public String decode(int[] tokens) {
    return tokenizer.decode(tokens);
  }

  @Override
  public byte[] bytes(int token) {
    return tokenizer.bytes(token);
  }

  @Override
  public String name(int token) {
    return tokenizer.name(token);
  }

  @Override
  public TokenTextStream newTextStream() {
    return tokenizer.newTextStream();
  }

  @Override
  public int vocabSize() {
    return tokenizer.vocabSize();
  }

  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      use.end();
    }
  }

  /** One file's tokenizer and how many use it. */
  private static final class Use {
    private final FileIdentity file;
    private int users;
    private @Nullable Tokenizer tokenizer;

    private Use(FileIdentity file) {
      this.file = file;
    }

    static Use begin(FileIdentity file) {
      synchronized (IN_USE) {
        Use use = IN_USE.computeIfAbsent(file, Use::new);
        use.users++;
        return use;
      }
    }

    synchronized Tokenizer tokenizer(Loader loader) throws TaskException {
      Tokenizer loaded = tokenizer;
      if (loaded == null) {
        loaded = loader.load();
        tokenizer = loaded;
      }
      return loaded;
    }

    void end() {
      synchronized (IN_USE) {
        if (--users > 0) {
          return;
        }
        IN_USE.remove(file);
      }
      free();
    }

    private synchronized void free() {
      if (tokenizer != null) {
        tokenizer.close();
      }
    }
  }
}
