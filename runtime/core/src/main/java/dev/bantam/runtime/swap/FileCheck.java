package dev.bantam.runtime.swap;

import dev.bantam.models.ModelException;

/** Reads every byte of a model's files in a thread of its own, while the model is being loaded. */
public final class FileCheck {

  /** Reads them. Blocking. */
  @FunctionalInterface
  public interface Reader {

    /**
     * @throws ModelException CORRUPT if a file is not what was installed
     */
    void read() throws ModelException;
  }

  private final OwnThread<Boolean, ModelException> reading;

  private FileCheck(OwnThread<Boolean, ModelException> reading) {
    this.reading = reading;
  }

  public static FileCheck begin(Reader reader) {
    return new FileCheck(
        OwnThread.begin(
            "bantam-file-check",
            ModelException.class,
            () -> {
              reader.read();
              return true;
            }));
  }

  /**
   * Waits for the end.
   *
   * @throws ModelException CORRUPT if a file is not what was installed
   */
  public void await() throws ModelException {
    boolean unused = reading.await();
  }
}
