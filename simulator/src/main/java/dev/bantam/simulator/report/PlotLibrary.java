package dev.bantam.simulator.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/**
 * uPlot, which draws the page's plots, as its WebJar brings it: a jar with the files of the npm
 * package under {@code META-INF/resources/webjars/uplot/VERSION}.
 *
 * @param script that defines {@code uPlot}
 * @param style of its plots
 * @param licence that must go with copies
 */
record PlotLibrary(String script, String style, String licence) {

  private static final String VERSION = "/META-INF/maven/org.webjars.npm/uplot/pom.properties";
  private static final String FOLDER = "/META-INF/resources/webjars/uplot/";

  static PlotLibrary load() {
    Properties properties = new Properties();
    try (InputStream in = open(VERSION)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String folder = FOLDER + properties.getProperty("version") + "/";
    return new PlotLibrary(
        text(folder + "dist/uPlot.iife.min.js"),
        text(folder + "dist/uPlot.min.css"),
        text(folder + "LICENSE"));
  }

  /** A resource of the class path as text. */
  static String text(String resource) {
    try (InputStream in = open(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String resource) {
    InputStream in = PlotLibrary.class.getResourceAsStream(resource);
    if (in == null) {
      throw new IllegalStateException("the class path lacks " + resource);
    }
    return in;
  }
}
