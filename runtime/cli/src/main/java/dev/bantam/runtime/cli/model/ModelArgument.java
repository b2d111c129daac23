package dev.bantam.runtime.cli.model;

import dev.bantam.spi.ModelReference;
import picocli.CommandLine.Parameters;

/** The argument of commands about one installed model. */
final class ModelArgument {

  @Parameters(
      paramLabel = "MODEL",
      converter = References.class,
      description = "NAME[:VERSION][@VARIANT]")
  @SuppressWarnings("NullAway.Init")
  private ModelReference reference;

  ModelReference reference() {
    return reference;
  }
}
