package dev.bantam.inference.session;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;

/** Functions of the C library. */
public final class SystemCalls {

  private SystemCalls() {}

  /**
   * One of them, by name.
   *
   * @throws UnsatisfiedLinkError if there is none, or JNA's own library cannot be loaded
   */
  public static Function of(String name) {
    OrtGuard.prepareJna();
    return NativeLibrary.getProcess().getFunction(name);
  }
}
