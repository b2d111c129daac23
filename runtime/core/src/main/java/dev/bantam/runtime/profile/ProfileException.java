package dev.bantam.runtime.profile;

/** No profile can be had. The message says why, and which there are. */
public final class ProfileException extends Exception {

  private static final long serialVersionUID = 1L;

  public ProfileException(String message) {
    super(message);
  }
}
