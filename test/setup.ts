/* Runs before each test file. What it imports stays loaded, and so is done once in each process. */
import './equal-bytes.js';
