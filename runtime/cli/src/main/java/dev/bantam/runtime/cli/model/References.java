package dev.bantam.runtime.cli.model;

import dev.bantam.spi.ModelReference;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads model references from the command line. */
public final class References implements ITypeConverter<ModelReference> {

  @Override
  public ModelReference convert(String value) {
    try {
      return ModelReference.parse(value);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
