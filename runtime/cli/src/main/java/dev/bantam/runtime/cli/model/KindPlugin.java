package dev.bantam.runtime.cli.model;

import dev.bantam.models.ModelKind;

/** Which of Bantam's plugins runs which kind of model. */
public final class KindPlugin {

  private KindPlugin() {}

  /** The plugin's name. */
  public static String of(ModelKind kind) {
    return switch (kind) {
      case DECODER -> "text-generation";
      case ENCODER -> "text-encoding";
    };
  }

  /** Such models, for people. */
  public static String plural(ModelKind kind) {
    return switch (kind) {
      case DECODER -> "decoders";
      case ENCODER -> "encoders";
    };
  }
}
