/**
 * {@code bantam.yaml}: the site's configuration. Enter by {@code SiteConfigReader}; all problems of
 * a file are reported at once, each with file, line and the valid alternatives.
 */
@NullMarked
package dev.bantam.runtime.config;

import org.jspecify.annotations.NullMarked;
