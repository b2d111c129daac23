package dev.bantam.models.store;

/**
 * One immutable file of the store.
 *
 * @param sha256 digest in lower-case hexadecimal, 64 characters; also the blob's file name
 * @param size in bytes
 */
public record Blob(String sha256, long size) {

  public Blob {
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("\"%s\" is no sha256 digest".formatted(sha256));
    }
  }

  /** By hand, since a start waits 50 ms until Java has made the first one of a record. */
  @Override
  public int hashCode() {
    return sha256.hashCode();
  }
}
