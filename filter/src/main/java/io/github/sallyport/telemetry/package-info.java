/**
 * What happens, told to OpenTelemetry where an application has that. It never decides, and is never
 * told what a request brought.
 */
@NullMarked
package io.github.sallyport.telemetry;

import org.jspecify.annotations.NullMarked;
