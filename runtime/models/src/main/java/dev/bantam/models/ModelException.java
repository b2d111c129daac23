package dev.bantam.models;

import org.jspecify.annotations.Nullable;

/**
 * A model that cannot be found, fetched, read or written. The message says what is wrong and what
 * to do; {@link #kind()} is for programs.
 */
public final class ModelException extends Exception {

  private static final long serialVersionUID = 1L;

  /** What went wrong. */
  public enum Kind {
    /** No model, version or variant of that name is installed. */
    NOT_INSTALLED,
    /** The catalog has no model of that name. */
    NOT_IN_CATALOG,
    /** No source could deliver the file. */
    UNREACHABLE,
    /** A file's digest or size is not what was promised. */
    CORRUPT,
    /** The file is no model, is damaged, or is hostile. */
    MALFORMED,
    /** A sound model of an architecture, tensor type or format version that is not supported. */
    UNSUPPORTED,
    /** Too little space on the file system. */
    DISK_FULL,
    /** Another process works on the same model. */
    LOCKED,
    /** Somebody needs the model, so it stays. */
    IN_USE,
    /** The request itself is wrong: a bad name, a missing file. */
    USAGE,
    /** Any other failure of the file system. */
    IO,
    /** The caller interrupted the work. */
    INTERRUPTED,
    /** The model's terms must be accepted first. */
    LICENSE,
    /** Not signed by a trusted key, from a place nobody listed, or older than what is here. */
    UNTRUSTED
  }

  private final Kind kind;

  public ModelException(Kind kind, String message) {
    this(kind, message, null);
  }

  public ModelException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
