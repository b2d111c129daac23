package dev.bantam.runtime.plugin;

import org.jspecify.annotations.Nullable;

/** A plugin is not there, is there twice, or cannot be loaded. The message names it and its jar. */
public final class PluginException extends Exception {

  private static final long serialVersionUID = 1L;

  public PluginException(String message) {
    this(message, null);
  }

  public PluginException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
