export * from './complaint-calls.ts'
export {
  createComplaintAddress,
  deleteComplaintAddress,
  downloadComplaintImage,
  queryComplaintAddress,
  updateComplaintAddress,
  uploadComplaintImage,
} from './notice-and-image-calls.ts'
